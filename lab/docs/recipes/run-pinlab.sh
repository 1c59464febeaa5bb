#!/usr/bin/env bash
# What the CI recipes beside this file run: an app against the lab, with every report that a CI service can show.
# Copy it into your project as ci/run-pinlab.sh.
#
#   run-pinlab.sh COMMAND [OPTION...]     COMMAND and options as for `pinlab run --command`
#
# PINLAB            the program to run (pinlab)
# PINLAB_REPORTS    folder for the reports (pinlab-reports)
# PINLAB_BASELINE   an earlier results.json; if the file is there, only what got worse fails (pinlab-baseline.json)
set -uo pipefail
(($# > 0)) || {
    echo "run-pinlab.sh: say how your app is started, for example: 'my-app --url {url} --ca {ca_file} --pins {pins_file}'" >&2
    exit 2
}
reports=${PINLAB_REPORTS:-pinlab-reports}
baseline=${PINLAB_BASELINE:-pinlab-baseline.json}
mkdir -p "$reports" || exit 2
rm -f "$reports/summary.md" # never the summary of another run
options=(--junit "$reports/junit.xml" --markdown "$reports/summary.md" --json "$reports/results.json" --html "$reports/page.html")
[ ! -f "$baseline" ] || options+=(--baseline "$baseline")

status=0
"${PINLAB:-pinlab}" run --command "$1" "${options[@]}" "${@:2}" || status=$?

# The job's summary, above all when the run failed.
if [ -n "${GITHUB_STEP_SUMMARY-}" ] && [ -f "$reports/summary.md" ]; then
    cat "$reports/summary.md" >>"$GITHUB_STEP_SUMMARY"
fi
exit "$status"
