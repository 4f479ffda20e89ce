#!/bin/sh
# An example of a reviewer_command: it looks for a way back, and has an opinion on risk where there is none.
# A real one hands the request to a language model and turns its answer into this form.
set -eu
request=$(cat)
# The PRD's text is between these two members, with its quotes escaped.
text=${request#*'"text":"'}
text=${text%%'","review":'*}
case $text in
*rollback* | *"roll back"*)
    printf '%s\n' '{"schema": 1, "summary": "It says how it is taken back."}'
    ;;
*)
    cat <<'JSON'
{
  "schema": 1,
  "summary": "Nobody says how this is taken back.",
  "dimensions": [
    {"name": "Risk Assessment", "score": 20, "reason": "a release without a way back is a bet"}
  ],
  "findings": [
    {"severity": "warning", "dimension": "Risk Assessment", "message": "there is no way back",
     "hint": "say how a release is taken back, and how long that takes"}
  ]
}
JSON
    ;;
esac
