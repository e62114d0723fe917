"""What ``ippoolctl sandbox`` and the commands below it share: options, files, the running one."""
