# prd for fish: `prd cd`, `--cd`, and completions. In ~/.config/fish/config.fish: prd shell init fish | source
function prd
    if test "$argv[1]" = cd; and not contains -- --help $argv; and not contains -- -h $argv
        set -l dir (command prd worktree path $argv[2..-1]); or return
        cd -- $dir
        return
    end
    if not contains -- --cd $argv
        command prd $argv
        return
    end
    set -l file (mktemp); or return
    PRD_CD_FILE=$file command prd $argv
    set -l code $status
    set -l dir (cat $file)
    rm -f $file
    if test -n "$dir"
        cd -- $dir
    end
    return $code
end
COMPLETE=fish command prd | source
