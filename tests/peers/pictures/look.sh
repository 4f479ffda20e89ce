#!/usr/bin/env bash
# look.sh PRD FOLDER: lays out the pages and pictures of the worked example and of 50, 500 and 600 PRDs in headless
# Chromium, at 1280 and 400 pixels, in light and dark, takes a screenshot of each into FOLDER, and measures by the DOM
# that no two texts overlap, that nothing is cut off, and that no line runs through a box. Ends with 1 where anything is
# wrong, and with 2 where Chromium shows nothing.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
prd=$(realpath "$1")
out=$2
chromium=${CHROMIUM:-$(command -v chromium || command -v chromium-browser || command -v google-chrome)} || exit 2
rm -rf "$out/demo" "$out/odd"
mkdir -p "$out/pages" && out=$(realpath "$out")
export PRD_AS_OF=2025-06-02

browse() { # browse WIDTH HEIGHT SCHEME ARGUMENT…
    timeout 120 "$chromium" --headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage --hide-scrollbars \
        --user-data-dir="$out/profile" --window-size="$1,$2" --blink-settings="preferredColorScheme=$3" "${@:4}" 2>/dev/null
}

# A portfolio of so many PRDs in eight teams, with names as long as people make them; the same each time.
portfolio() { # portfolio COUNT FOLDER
    rm -rf "$2" && mkdir -p "$2/docs/prds/ready" "$2/docs/prds/in-progress"
    awk -v count="$1" -v folder="$2/docs/prds" 'BEGIN {
        srand(7); split("checkout payment refund inventory warehouse notification search catalogue", a, " ")
        split("service api gateway worker migration integration recommendation-policy-engine backfill", b, " ")
        split("Checkout|Payments|Inventory|Search & Discovery|Platform|Mobile|Data|Customer Happiness and Retention", t, "|")
        split("3 days|1 week|2 weeks|4-8 days|3 weeks|10 days", e, "|"); split("(contract)|(finish)||", k, "|")
        for (n = 1; n <= count; n++) {
            id = sprintf("PRD-%03d", n); service = a[1 + int(rand() * 8)] "-" b[1 + int(rand() * 8)]
            deps = ""; from = int(rand() * 2.6)
            for (d = 0; d < from; d++) { back = 1 + int(rand() * (4 + count / 12)); if (back < n) deps = deps (deps ? ", " : "") sprintf("PRD-%03d %s", n - back, k[1 + int(rand() * 4)]) }
            file = sprintf("%s/%s/%s-%s.md", folder, rand() < 0.3 ? "in-progress" : "ready", id, service)
            printf "# %s: %s\n\n**Team**: %s\n**Service**: %s\n**Estimate**: %s\n**Progress**: %d%%\n**Target**: 2025-%02d-%02d\n**Depends On**: %s\n", \
                id, service, t[1 + int(rand() * 8)], service, e[1 + int(rand() * 6)], rand() * 60, 6 + int(rand() * 7), 1 + int(rand() * 28), deps ? deps : "None" > file
            close(file)
        }
    }'
    git -C "$2" init -q -b main && git -C "$2" add -A && git -C "$2" commit -q -m Plans
}

"$prd" --quiet demo --dir "$out/demo" >/dev/null || exit 1
for count in 50 500 600; do portfolio "$count" "$out/p$count" || exit 1; done
# Odd titles, a missing id and a cycle.
mkdir -p "$out/odd/docs/prds/ready"
number=0
while IFS= read -r title; do
    number=$((number + 1))
    printf '# PRD-%03d: %s\n\n**Estimate**: 2 days\n**Team**: %s\n**Service**: %s\n**Depends On**: PRD-%03d, PRD-9%02d\n' \
        "$number" "$title" "$title" "$title" "$((number > 1 ? number - 1 : 3))" "$number" >"$out/odd/docs/prds/ready/PRD-00$number-odd.md"
done <"$here/../titles.txt"
git -C "$out/odd" init -q -b main && git -C "$out/odd" add -A && git -C "$out/odd" commit -q -m Odd || exit 1

wrong=0
look() { # look NAME WIDTH HEIGHT SCHEME
    local said
    browse "$2" "$3" "$4" --screenshot="$out/$1-$2-$([ "$4" -eq 0 ] && echo dark || echo light).png" "file://$out/pages/$1.html" >/dev/null
    # A window is never narrower than 500 pixels, but a frame is.
    cat >"$out/pages/frame.html" <<-HTML
	<!doctype html><body><pre id="measured"></pre><script>
	addEventListener("message", (event) => document.getElementById("measured").textContent = event.data)
	</script><iframe src="$1.html" style="width: $2px; height: $3px; border: 0"></iframe></body>
	HTML
    said=$(browse 1400 "$3" "$4" --virtual-time-budget=20000 --dump-dom "file://$out/pages/frame.html" | sed -n '/^.*MEASURED/,/END/p')
    if ! grep -q "MEASURED $2 wide" <<<"$said"; then
        echo "  $1 at $2: not measured"
        exit 2
    fi
    if ! grep -q ' 0 wrong$' <<<"$said"; then
        echo "  $1 at $2:"
        sed 's/<[^>]*>//g; s/^/    /' <<<"$said"
        wrong=1
    else
        echo "  $1 at $2: $(sed -n 's/.*MEASURED [0-9]* wide, \(.*\), 0 wrong/\1/p' <<<"$said"), nothing wrong"
    fi
}

for name in demo p50 p500 p600 odd; do
    folder=$out/$name
    [ "$name" = demo ] && folder=$out/demo/cloudscale
    # Nothing in the page runs: the script that measures is added to a copy.
    "$prd" --quiet --repo "$folder" orchestrate --forecast --runs 200 --format html --out "$out/$name.html" || exit 1
    "$prd" --quiet --repo "$folder" graph --format svg --out "$out/$name.svg" || exit 1
    sed "s|</body>|<script>$(sed 's/[&|\\]/\\&/g' "$here/measure.js" | sed ':a;N;$!ba;s/\n/\\n/g')</script></body>|" "$out/$name.html" >"$out/pages/$name.html"
    grep -q MEASURED "$out/pages/$name.html" || exit 1
    for width in 1280 400; do
        for scheme in 1 0; do
            # The measures do not depend on colours.
            case $name-$width-$scheme in demo-* | p50-* | *-1) look "$name" "$width" 2400 "$scheme" ;; esac
        done
    done
    read -r width height < <(grep -o 'viewBox="0 0 [0-9]* [0-9]*"' "$out/$name.svg" | head -1 | tr -dc '0-9 \n' | cut -d' ' -f3,4)
    browse "$width" "$height" 1 --screenshot="$out/$name.png" "file://$out/$name.svg" >/dev/null
    [ -s "$out/$name.png" ] || { echo "  $name.svg is not shown"; wrong=1; }
done
rm -rf "$out/profile"
exit "$wrong"
