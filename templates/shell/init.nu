# prd for nushell: `prd cd` with completions. prd shell init nushell | save -f ~/.config/nushell/prd.nu
# and in config.nu: source ~/.config/nushell/prd.nu
def "nu-complete prd" [] {
    ^prd list --format json | from json | get prds | each {|it| {value: $it.id, description: $it.title} }
}

# Change to the folder of a PRD's worktree, or without one to the main worktree
def --env "prd cd" [prd?: string@"nu-complete prd"] {
    if $prd == null { cd (^prd worktree path | str trim) } else { cd (^prd worktree path $prd | str trim) }
}
