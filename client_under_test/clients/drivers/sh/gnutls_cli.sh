#!/bin/sh
# gnutls-cli with a request on its stdin: gnutls_cli.sh SECONDS PIPE ARGUMENT... < REQUEST
# At the end of its stdin it goes away without waiting for an answer, so it gets a pipe of its own that has no end.
seconds=$1 pipe=$2
shift 2
mkfifo "$pipe" && exec 3<>"$pipe" && rm "$pipe" && cat >&3 && exec timeout "$seconds" gnutls-cli "$@" <&3
