# prd for zsh: `prd cd`, `--cd`, and completions. In ~/.zshrc, after compinit: eval "$(prd shell init zsh)"
prd() {
    local dir file code
    if [[ ${1-} == cd && ${2-} != --help && ${2-} != -h ]]; then
        shift
        dir=$(command prd worktree path "$@") || return
        cd -- "$dir"
        return
    fi
    if (( ! ${argv[(Ie)--cd]} )) || ! file=$(mktemp "${TMPDIR:-/tmp}/prd-cd.XXXXXX"); then
        command prd "$@"
        return
    fi
    PRD_CD_FILE=$file command prd "$@"
    code=$?
    dir=$(cat -- "$file")
    rm -f -- "$file"
    if [[ -n $dir ]]; then cd -- "$dir" || return; fi
    return $code
}
if (( $+functions[compdef] )); then
    eval "$(COMPLETE=zsh command prd)"
fi
