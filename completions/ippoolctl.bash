
_ippoolctl_completion() {
    local IFS=$'
'
    COMPREPLY=( $( env COMP_WORDS="${COMP_WORDS[*]}" \
                   COMP_CWORD=$COMP_CWORD \
                   _IPPOOLCTL_COMPLETE=complete_bash $1 ) )
    return 0
}

complete -o default -F _ippoolctl_completion ippoolctl

