//! Documents that a grader should not like, and changes of good ones that it should not mind.
//!
//! All are pure functions of text, and draw their words from [`Dice`]: the same seed gives the same bytes.

pub(crate) mod defects;

/// A small generator of numbers (SplitMix64).
#[derive(Debug, Clone)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `sides`.
    pub(crate) fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % u64::try_from(sides).unwrap()).unwrap()
    }

    pub(crate) fn pick<'w>(&mut self, words: &[&'w str]) -> &'w str {
        words[self.roll(words.len())]
    }
}

/// A header that leaves nothing to wish for.
const HEADER: &str = "# SVC-001: Refund service\n\n**Owner**: Dana Reyes\n**Team**: Checkout\n**Estimate**: 3 days\n**Target**: 2026-12-18\n**Depends On**: None\n";

/// Headings that all dimensions look for.
const HEADINGS: [&str; 20] = [
    "Problem",
    "Goals",
    "In scope",
    "Out of scope",
    "Terms and assumptions",
    "Users and flows",
    "Technical approach",
    "Data and migration",
    "Dependencies",
    "API contracts",
    "Versioning",
    "Service mesh",
    "Deployment and rollout",
    "Observability",
    "Performance targets",
    "Acceptance criteria",
    "Risks",
    "Rollback",
    "Alternatives",
    "Smallest version and simplification",
];

/// A document with every heading, its `items` made by `say(heading)`; criteria are check boxes.
fn written(prose: usize, items: usize, mut say: impl FnMut(&str) -> String) -> String {
    let mut text = HEADER.to_owned();
    for heading in HEADINGS {
        text += &format!("\n## {heading}\n\n");
        for _ in 0..prose {
            text += &format!("{}\n", say(heading));
        }
        text += "\n";
        let mark = if heading == "Acceptance criteria" { "- [ ]" } else { "-" };
        for _ in 0..items {
            text += &format!("{mark} {}\n", say(heading));
        }
    }
    text
}

/// Words of a text, drawn at random, twelve to a sentence, in every section.
pub(crate) fn random_words(source: &str, seed: u64) -> String {
    let words: Vec<&str> = source
        .split_whitespace()
        .map(|word| word.trim_matches(['*', '|', '`', '.', ',', ':', ';', '(', ')', '[', ']', '"', '#']))
        .filter(|word| word.chars().any(char::is_alphabetic))
        .collect();
    let mut dice = Dice::new(seed);
    written(3, 4, |_| {
        let sentence: Vec<&str> = (0..12).map(|_| dice.pick(&words)).collect();
        format!("{}.", sentence.join(" "))
    })
}

/// Nouns and jargon that a grader may look for.
const JARGON: [&str; 40] = [
    "latency",
    "gateway",
    "retry",
    "canary",
    "rollback",
    "alert",
    "metric",
    "trace",
    "dashboard",
    "timeout",
    "circuit breaker",
    "schema",
    "migration",
    "database",
    "service",
    "endpoint",
    "version",
    "token",
    "policy",
    "identity",
    "flag",
    "environment",
    "staging",
    "production",
    "load",
    "throughput",
    "replica",
    "partition",
    "error",
    "risk",
    "mitigation",
    "owner",
    "team",
    "customer",
    "user",
    "goal",
    "scope",
    "criterion",
    "cost",
    "impact",
];

const UNITS: [&str; 8] = ["ms", "%", "requests/s", "days", "GB", "users", "EUR", "minutes"];

/// Jargon with numbers and units, without any grammar.
pub(crate) fn jargon_salad(seed: u64) -> String {
    let mut dice = Dice::new(seed);
    written(2, 5, |_| {
        let mut sentence: Vec<String> = Vec::new();
        for _ in 0..4 {
            sentence.push(dice.pick(&JARGON).to_owned());
            sentence.push(dice.pick(&JARGON).to_owned());
            sentence.push(format!("{} {}", dice.roll(900) + 1, dice.pick(&UNITS)));
        }
        format!("{}.", sentence.join(" "))
    })
}

/// Jargon in sentences that are grammatical, with numbers, units, persons and code: only nothing is meant.
pub(crate) fn plausible_nonsense(seed: u64) -> String {
    let people = ["Dana Reyes", "Imre Kovacs", "the Platform team", "the Checkout on-call"];
    let mut dice = Dice::new(seed);
    written(2, 5, |_| {
        let [a, b, c, d] = [(); 4].map(|()| dice.pick(&JARGON));
        let (number, unit, person) = (dice.roll(900) + 1, dice.pick(&UNITS), dice.pick(&people));
        match dice.roll(5) {
            0 => format!(
                "When the {a} of the {b} exceeds {number} {unit}, {person} is alerted, because the {c} fails."
            ),
            1 => {
                format!("The {a} is measured by the {b} at p95 under {number} {unit} and owned by {person}.")
            }
            2 => format!("`{a}` returns the {b} within {number} {unit} without the {c} of the {d}."),
            3 => format!("Given a {a}, when the {b} is rolled back, then the {c} shows {number} {unit}."),
            _ => format!(
                "{person} reduces the {a} from {number} {unit} to zero, instead of the {b}, with a {c}."
            ),
        }
    })
}

/// Tables with every column, filled at random.
pub(crate) fn tables_of_nonsense(seed: u64) -> String {
    let mut dice = Dice::new(seed);
    let mut text = HEADER.to_owned();
    for heading in HEADINGS {
        text += &format!(
            "\n## {heading}\n\n| What | Likelihood | Impact | Mitigation | Target | Owner |\n| --- | --- | --- | --- | --- | --- |\n"
        );
        for _ in 0..6 {
            let [a, b, c, d] = [(); 4].map(|()| dice.pick(&JARGON));
            let (number, unit) = (dice.roll(900) + 1, dice.pick(&UNITS));
            text += &format!(
                "| {a} {b} | high | {c} is lost | {d} prevents {a} | {number} {unit} | Dana Reyes |\n"
            );
        }
    }
    text
}

/// One sentence under each heading that says what a grader wants there, and nothing else.
pub(crate) fn one_sentence_each() -> String {
    let sentence = |heading: &str| match heading {
        "Problem" => "Users wait for refunds, which costs the company money every day.",
        "Goals" => "Refunds get faster, so that users are happy within 30 days.",
        "In scope" => "A refund service with an API for 100 requests per second.",
        "Out of scope" => "Payments are not in this, because they are done later.",
        "Terms and assumptions" => "A refund means money that is given back to a user.",
        "Users and flows" => "The user opens the page, clicks a button, and sees an error when it fails.",
        "Technical approach" => {
            "The service stores refunds in a database; the hardest part was tested in a spike."
        }
        "Data and migration" => "The table `refund` is migrated in 2 days, and rows are kept for 90 days.",
        "Dependencies" => {
            "Stripe is owned by the Payments team; on a timeout we retry, and billing waits for this."
        }
        "API contracts" => "`POST /refunds` returns 200, or an error 400 for an invalid request.",
        "Versioning" => "The version v1 stays compatible, and breaking changes become v2.",
        "Service mesh" => {
            "HTTP on port 8080 with mTLS, a timeout of 5 s, 3 retries and a canary weight of 10 %."
        }
        "Deployment and rollout" => {
            "Staging first, then a canary of 5 % behind a flag until errors stay under 1 %."
        }
        "Observability" => "A metric for errors, an alert at 5 % to the team, traces, logs and a dashboard.",
        "Performance targets" => {
            "The load is 100 requests per second at a p95 latency of 200 ms by a load test."
        }
        "Acceptance criteria" => "Given a refund, when it fails, then an error is shown within 2 seconds.",
        "Risks" => "The risk of failure is medium with high impact; the team prevents it by tests.",
        "Rollback" => "The flag is switched off within 5 minutes.",
        "Alternatives" => "Doing nothing was considered and rejected, because users would complain.",
        _ => "The smallest version has one button, and the rest was left out because it is not needed.",
    };
    written(0, 1, |heading| sentence(heading).to_owned())
}

/// Two hundred words of jargon under each heading, between commas.
pub(crate) fn keyword_stuffing(seed: u64) -> String {
    let mut dice = Dice::new(seed);
    written(1, 4, |_| {
        let list: Vec<&str> = (0..14).map(|_| dice.pick(&JARGON)).collect();
        format!("We have {}, and {}.", list.join(", "), dice.pick(&JARGON))
    })
}

/// One heading that names everything, and a good PRD's sentences below it in one list.
pub(crate) fn one_heading_for_all(good: &str) -> String {
    let items: String = good
        .lines()
        .filter(|line| line.starts_with("- ") && !line.starts_with("- [") && !line.starts_with("- **"))
        .take(14)
        .map(|line| format!("{line}\n"))
        .collect();
    format!("{HEADER}\n## {}\n\n{items}", HEADINGS.join(", "))
}

/// One sentence, eight times in every place.
pub(crate) fn said_again(sentence: &str) -> String {
    written(3, 4, |_| [sentence; 8].join(" "))
}

/// One sentence pattern a hundred times, with another number in it each time.
pub(crate) fn counted_up() -> String {
    let mut at = 0;
    written(2, 4, |_| {
        at += 1;
        format!(
            "When `refund-{at}` fails for {at} minutes, team {at} sees an alert because p95 exceeds {at} ms."
        )
    })
}

/// Every sentence denied.
pub(crate) fn denied(good: &str) -> String {
    let deny = |line: &str| -> String {
        let starts = |prefix: &str| line.starts_with(prefix);
        if line.trim().is_empty()
            || starts("#")
            || starts("**")
            || starts("| --")
            || starts("```")
            || starts("---")
        {
            return line.to_owned();
        }
        if let Some(rest) = line.strip_prefix("- [ ] ") {
            return format!("- [ ] It is not the case that {rest}");
        }
        if let Some(rest) = line.strip_prefix("- ") {
            return if rest.starts_with("**") {
                line.to_owned()
            } else {
                format!("- It is not so that {rest}")
            };
        }
        if let Some(rest) = line.strip_prefix("| ") {
            return format!("| not: {rest}");
        }
        line.replace(" is ", " is not ").replace(" are ", " are not ").replace(". ", ", which nobody wants. ")
    };
    good.lines().map(|line| format!("{}\n", deny(line))).collect()
}

/// A text under the heading of another: everything below the title and header of `title` is that of `body`.
pub(crate) fn pasted_under(title: &str, body: &str) -> String {
    let heading = body.lines().find(|line| line.starts_with("# ")).unwrap_or_default();
    body.replacen(heading, title, 1)
}

/// The top-level sections of a text: where each begins and ends, its title's part left out.
pub(crate) fn sections(text: &str) -> Vec<std::ops::Range<usize>> {
    let mut starts = Vec::new();
    let (mut at, mut fenced) = (0, false);
    for line in text.split_inclusive('\n') {
        fenced ^= line.starts_with("```");
        if line.starts_with("## ") && !fenced {
            starts.push(at);
        }
        at += line.len();
    }
    let ends = starts.iter().skip(1).copied().chain([text.len()]).collect::<Vec<_>>();
    starts.into_iter().zip(ends).map(|(start, end)| start..end).collect()
}

/// The text without one of its sections.
pub(crate) fn without(text: &str, section: &std::ops::Range<usize>) -> String {
    format!("{}{}", &text[..section.start], &text[section.end..])
}

/// The text with its sections in another order.
pub(crate) fn reordered(text: &str, seed: u64) -> String {
    let mut parts: Vec<String> =
        sections(text).into_iter().map(|range| format!("{}\n\n", text[range].trim_end())).collect();
    let head = sections(text).first().map_or(text, |first| &text[..first.start]).to_owned();
    let mut dice = Dice::new(seed);
    for at in (1..parts.len()).rev() {
        parts.swap(at, dice.roll(at + 1));
    }
    head + &parts.concat()
}

/// Lines outside of code, each changed by `change`.
fn outside_of_code(text: &str, change: impl Fn(&str) -> String) -> String {
    let mut fenced = false;
    let lines = text.split_inclusive('\n').map(|line| {
        let fence = line.starts_with("```");
        fenced ^= fence;
        if fenced || fence { line.to_owned() } else { change(line) }
    });
    lines.collect()
}

/// Every heading but the title one level deeper.
pub(crate) fn deeper(text: &str) -> String {
    outside_of_code(text, |line| if line.starts_with("##") { format!("#{line}") } else { line.to_owned() })
}

/// Windows line ends.
pub(crate) fn crlf(text: &str) -> String {
    text.replace('\n', "\r\n")
}

/// An emoji in every heading, and at the end of it.
pub(crate) fn emoji(text: &str) -> String {
    outside_of_code(text, |line| match line.split_once("## ") {
        Some((hashes, title)) if hashes.chars().all(|c| c == '#') => {
            format!("{hashes}## 🚀 {} ✅\n", title.trim_end())
        }
        _ => line.to_owned(),
    })
}

/// Headings of the same meaning.
const SYNONYMS: [(&str, &str); 24] = [
    ("Problem", "Motivation"),
    ("Why", "Background"),
    ("Background", "Problem statement"),
    ("Goals", "Objectives"),
    ("Goal", "Objective"),
    ("Objectives", "Goals"),
    ("What will be better", "Expected results"),
    ("Technical approach", "Solution design"),
    ("Technical design", "Technical solution"),
    ("How it works", "Implementation"),
    ("How it is built", "Technical approach"),
    ("User experience", "User journey"),
    ("Users and flows", "Personas and user journeys"),
    ("Observability", "Monitoring and alerting"),
    ("Performance", "Performance and scalability"),
    ("Performance targets", "Non-functional: performance"),
    ("Acceptance criteria", "Definition of done"),
    ("Success criteria", "Acceptance criteria"),
    ("Risks", "Risk assessment"),
    ("What may go wrong", "Risks"),
    ("Out of scope", "Non-goals"),
    ("Not in scope", "Out of scope"),
    ("Non-goals", "Out of scope"),
    ("Dependencies", "Prerequisites and dependencies"),
];

/// Headings replaced by others of the same meaning.
pub(crate) fn synonyms(text: &str) -> String {
    outside_of_code(text, |line| {
        let Some((hashes, title)) = line.split_once(' ').filter(|(hashes, _)| hashes.starts_with("##"))
        else {
            return line.to_owned();
        };
        let other = SYNONYMS.iter().find(|(known, _)| *known == title.trim());
        other.map_or_else(|| line.to_owned(), |(_, other)| format!("{hashes} {other}\n"))
    })
}

/// The bold lines of the header as a list, a table or front matter.
pub(crate) fn dialects(text: &str) -> Vec<(&'static str, String)> {
    let is_field = |line: &&str| line.starts_with("**") && line.contains("**: ");
    let head = sections(text).first().map_or(text, |first| &text[..first.start]);
    let fields: Vec<(&str, &str)> = head
        .lines()
        .skip_while(|line| !is_field(line))
        .take_while(is_field)
        .filter_map(|line| line.strip_prefix("**")?.split_once("**: "))
        .collect();
    let old: String = fields.iter().map(|(key, value)| format!("**{key}**: {value}\n")).collect();
    if fields.is_empty() {
        return Vec::new();
    }
    let list: String = fields.iter().map(|(key, value)| format!("- **{key}**: {value}\n")).collect();
    let rows: String = fields.iter().map(|(key, value)| format!("| **{key}** | {value} |\n")).collect();
    let colon: String = fields.iter().map(|(key, value)| format!("**{key}:** {value}\n")).collect();
    let table = format!("| Field | Value |\n| --- | --- |\n{rows}");
    vec![
        ("list", text.replacen(&old, &list, 1)),
        ("table", text.replacen(&old, &table, 1)),
        ("colon inside", text.replacen(&old, &colon, 1)),
    ]
}
