# Stages of a check: each is named, timed and counted; the closing table tells how all of them went. Sourced by the
# scripts in ci/. A stage never hides another: the first failure is remembered, the rest still runs.

stage_lines=() stages_failed=0

# The folders of tests that every check runs. Those of the browser, of the real sandbox and of clients that others wrote
# have commands of their own: ci/browser, ci/sandbox, ci/clients.
ordinary_tests=(lab/tests/{unit,integration,end_to_end,catalogue_runs,robustness,devtools,project})

# stage NAME COMMAND...: runs in this shell, so that a function may set variables; a failed set-up ends the script.
stage() {
    local name=$1 began=$SECONDS status=0 word=ok
    shift
    printf '\n== %s\n' "$name"
    "$@" || status=$?
    if ((status != 0)); then
        stages_failed=$((stages_failed + 1))
        word="FAILED ($status)"
    fi
    stage_lines+=("$(printf '   %-26s %-12s %4d s' "$name" "$word" $((SECONDS - began)))")
}

# finish WHO: prints the table; the exit status is 1 if any stage failed.
finish() {
    local word='every stage ok'
    ((stages_failed == 0)) || word="$stages_failed of ${#stage_lines[@]} stages FAILED"
    printf '\n== %s: %s\n' "$1" "$word"
    printf '%s\n' "${stage_lines[@]}"
    exit $((stages_failed > 0))
}
