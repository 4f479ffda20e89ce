# prd for bash: `prd cd`, `--cd`, and completions. In ~/.bashrc: eval "$(prd shell init bash)"
prd() {
    local arg dir file code wants_cd=
    if [ "${1-}" = cd ] && [ "${2-}" != --help ] && [ "${2-}" != -h ]; then
        shift
        dir=$(command prd worktree path "$@") || return
        cd -- "$dir"
        return
    fi
    for arg in "$@"; do
        if [ "$arg" = --cd ]; then wants_cd=1; fi
    done
    if [ -z "$wants_cd" ] || ! file=$(mktemp "${TMPDIR:-/tmp}/prd-cd.XXXXXX"); then
        command prd "$@"
        return
    fi
    PRD_CD_FILE=$file command prd "$@"
    code=$?
    dir=$(cat -- "$file")
    rm -f -- "$file"
    if [ -n "$dir" ]; then cd -- "$dir" || return; fi
    return "$code"
}
eval "$(COMPLETE=bash command prd)"
