
#compdef ippoolctl

_ippoolctl_completion() {
  eval $(env _TYPER_COMPLETE_ARGS="${words[1,$CURRENT]}" _IPPOOLCTL_COMPLETE=complete_zsh ippoolctl)
}

compdef _ippoolctl_completion ippoolctl

