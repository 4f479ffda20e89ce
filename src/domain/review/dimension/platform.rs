//! The dimensions of services that run and talk to each other.

use super::measures;
use super::resolve::Builtin;
use crate::domain::review::evidence::{Slot, measured, says, says_both};
use crate::domain::review::topic::Topic as T;

/// What others can call, and what they get.
pub const API: Builtin = Builtin {
    id: "api",
    name: "API Design & Contracts",
    aliases: &["api contracts", "contracts", "api", "api design", "interfaces"],
    core_words: &["api", "contract", "openapi", "interface", "endpoint"],
    more_words: &["design", "definition", "schema", "rest", "grpc", "quality", "public"],
    weight: 15,
    question: "Which change of this contract would break its first consumer?",
    slots: &[
        Slot {
            id: "operations",
            weight: 25,
            question: "Which operations or events are offered, with what going in and out?",
            critical: false,
            demands: &[says_both(1000, 2, &[T::Api, T::Integration], &["operation"], &["#code", "#block"])],
        },
        Slot {
            id: "schema",
            weight: 35,
            question: "Where is the contract (OpenAPI, AsyncAPI, protobuf, GraphQL, JSON Schema)?",
            critical: false,
            demands: &[measured(1000, measures::contract)],
        },
        Slot {
            id: "errors",
            weight: 20,
            question: "Which errors does each operation return, and what shall the caller do?",
            critical: false,
            demands: &[says(1000, 2, &[T::Api, T::Errors, T::Integration], &["api-error"])],
        },
        Slot {
            id: "versioning",
            weight: 20,
            question: "How is the contract versioned, and how does an old consumer keep working?",
            critical: false,
            demands: &[says(1000, 1, &[T::Api, T::Versioning, T::Integration], &["versioning"])],
        },
    ],
};

/// How it lives in the network between services.
pub const MESH: Builtin = Builtin {
    id: "mesh",
    name: "Service Mesh Compatibility",
    aliases: &["service mesh", "mesh", "mesh integration", "istio compatibility"],
    core_words: &["mesh", "istio", "linkerd", "sidecar"],
    more_words: &["service", "compatibility", "integration", "readiness"],
    weight: 10,
    question: "Which call of this service would you not want to be retried by the mesh?",
    slots: &[
        Slot {
            id: "protocols",
            weight: 25,
            question: "Which protocols and ports does it speak?",
            critical: false,
            demands: &[says_both(
                1000,
                1,
                &[T::Mesh, T::Integration, T::Deployment],
                &["protocol"],
                &["#number"],
            )],
        },
        Slot {
            id: "resilience",
            weight: 30,
            question: "Which timeouts, retries and circuit breaking hold for its calls?",
            critical: false,
            demands: &[says_both(1000, 2, &[T::Mesh, T::Integration], &["resilience"], &["#number"])],
        },
        Slot {
            id: "identity",
            weight: 25,
            question: "Who may call it, and how does it know who calls?",
            critical: false,
            demands: &[says(1000, 1, &[T::Mesh, T::Security, T::Integration], &["identity"])],
        },
        Slot {
            id: "traffic",
            weight: 20,
            question: "How is traffic split between the old and the new version?",
            critical: false,
            demands: &[says(1000, 1, &[T::Mesh, T::Deployment], &["traffic"])],
        },
    ],
};

/// How one sees what it does.
pub const OBSERVABILITY: Builtin = Builtin {
    id: "observability",
    name: "Observability & Monitoring",
    aliases: &["observability", "monitoring", "telemetry", "monitoring & alerting"],
    core_words: &["observability", "monitoring", "telemetry", "alerting"],
    more_words: &["metric", "logging", "tracing", "alert"],
    weight: 10,
    question: "Which graph would you look at first when somebody says that it is broken?",
    slots: &[
        Slot {
            id: "metrics",
            weight: 30,
            question: "What is measured?",
            critical: false,
            demands: &[says(1000, 2, &[T::Observability], &["metric"])],
        },
        Slot {
            id: "alerts",
            weight: 30,
            question: "At which threshold is who called?",
            critical: false,
            demands: &[
                says_both(700, 1, &[T::Observability], &["alert"], &["#number"]),
                says_both(300, 1, &[T::Observability], &["alert"], &["owner"]),
            ],
        },
        Slot {
            id: "traces",
            weight: 20,
            question: "How is one request followed across services?",
            critical: false,
            demands: &[says(1000, 1, &[T::Observability], &["trace"])],
        },
        Slot {
            id: "logs",
            weight: 20,
            question: "Where are logs and dashboards, and how long are they kept?",
            critical: false,
            demands: &[says(1000, 1, &[T::Observability], &["log"])],
        },
    ],
};

/// How much it carries and how fast.
pub const PERFORMANCE: Builtin = Builtin {
    id: "performance",
    name: "Performance & Scalability",
    aliases: &["performance", "scalability", "performance targets", "capacity"],
    core_words: &["performance", "scalability", "capacity", "latency", "throughput", "scaling"],
    more_words: &["target", "load", "planning", "budget"],
    weight: 10,
    question: "Which number would be the first to break at ten times the load?",
    slots: &[
        Slot {
            id: "load",
            weight: 25,
            question: "How much load is expected, on average and at the peak?",
            critical: false,
            demands: &[says_both(1000, 1, &[T::Performance], &["load"], &["#measure"])],
        },
        Slot {
            id: "targets",
            weight: 35,
            question: "At which percentile, in which unit, is it fast enough?",
            critical: false,
            demands: &[
                says_both(600, 1, &[T::Performance, T::Criteria], &["latency"], &["#measure"]),
                says_both(400, 1, &[T::Performance, T::Criteria], &["#percentile"], &["#measure"]),
            ],
        },
        Slot {
            id: "measured",
            weight: 20,
            question: "How, where and how often is that measured?",
            critical: false,
            demands: &[says(1000, 1, &[T::Performance], &["measured-by"])],
        },
        Slot {
            id: "growth",
            weight: 20,
            question: "How does it grow, and what is the limit of that?",
            critical: false,
            demands: &[says(1000, 1, &[T::Performance], &["growth"])],
        },
    ],
};

/// How it gets to its users and back.
pub const DEPLOYMENT: Builtin = Builtin {
    id: "deployment",
    name: "Deployment Strategy",
    aliases: &["deployment", "rollout", "release strategy", "rollout plan", "deployment & rollout"],
    core_words: &["deployment", "rollout", "release", "launch", "delivery"],
    more_words: &["strategy", "plan", "process"],
    weight: 10,
    question: "Who decides, on which number, to go on or to go back?",
    slots: &[
        Slot {
            id: "environments",
            weight: 20,
            question: "Which environments does it pass, in which order?",
            critical: false,
            demands: &[says(1000, 1, &[T::Deployment], &["environment"])],
        },
        Slot {
            id: "steps",
            weight: 30,
            question: "In which steps is it rolled out, and by which measure does each succeed?",
            critical: false,
            demands: &[
                says(600, 2, &[T::Deployment], &["rollout"]),
                says_both(400, 1, &[T::Deployment], &["success-measure"], &["#measure"]),
            ],
        },
        Slot {
            id: "flags",
            weight: 15,
            question: "Which flag or canary holds it back?",
            critical: false,
            demands: &[says(1000, 1, &[T::Deployment, T::Mesh], &["flag"])],
        },
        Slot {
            id: "rollback",
            weight: 20,
            question: "How is it rolled back, and within which time?",
            critical: false,
            demands: &[
                says(600, 1, &[T::Deployment, T::Rollback], &["rollback"]),
                says_both(400, 1, &[T::Deployment, T::Rollback], &["rollback"], &["#measure"]),
            ],
        },
        Slot {
            id: "migrations",
            weight: 15,
            question: "Which data is migrated, when, and can the old version read it meanwhile?",
            critical: false,
            demands: &[says(1000, 1, &[T::Deployment, T::Data], &["migration"])],
        },
    ],
};
