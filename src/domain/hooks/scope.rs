//! Files that a commit changes, and whose service they are.

use crate::domain::config::schema::Config;
use crate::domain::model::finding::{Finding, Place, Severity};
use crate::domain::model::path::RepoPath;
use crate::domain::model::prd::Prd;

/// Names the files that belong to a service which the PRD is not about, one finding for each such service.
///
/// What belongs to no service is nobody's in particular; a PRD that names no service the configuration knows has no
/// scope to leave.
#[must_use]
pub fn findings(config: &Config, prd: &Prd, files: &[RepoPath]) -> Vec<Finding> {
    let fold = |name: &str| name.trim().to_lowercase().replace('_', "-");
    let own: Vec<String> = prd.services.iter().chain(&prd.service).map(|name| fold(name)).collect();
    if !config.services.iter().any(|(name, service)| own.contains(&fold(name)) && !service.paths.is_empty()) {
        return Vec::new();
    }
    let owner = |file: &RepoPath| {
        let claims = config.services.iter().flat_map(|(name, service)| {
            service
                .paths
                .iter()
                .filter(|path| file.is_below(path))
                .map(move |path| (path.as_str().len(), name))
        });
        // The nearest folder decides; of two services with the same one, the PRD's own.
        claims.max_by_key(|(length, name)| (*length, own.contains(&fold(name)))).map(|(_, name)| name)
    };
    let mut findings = Vec::new();
    for (name, service) in &config.services {
        if own.contains(&fold(name)) {
            continue;
        }
        let mut outside = files.iter().filter(|file| owner(file) == Some(name));
        let Some(first) = outside.next() else { continue };
        let more = outside.count();
        let team = service.team.clone().or_else(|| {
            let team =
                config.teams.iter().find(|(_, team)| team.services.iter().any(|its| fold(its) == fold(name)));
            team.map(|(name, _)| name.clone())
        });
        let whose = team.map_or_else(String::new, |team| format!(" of team {team}"));
        let rest = match more {
            0 => String::new(),
            1 => ", and 1 file more,".to_owned(),
            more => format!(", and {more} files more,"),
        };
        let message =
            format!("{first}{rest} belongs to {name}{whose}, and {} is about {}", prd.id, about(prd));
        findings.push(
            Finding::new("out-of-scope", Severity::Warning, Place::line(first.clone(), 1), message)
                .hint("tell the team, or add the service to the PRD's field `Services`"),
        );
    }
    findings
}

fn about(prd: &Prd) -> String {
    if prd.services.is_empty() { prd.service.clone().unwrap_or_default() } else { prd.services.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::config::layers::{FileLayer, Sources, load};
    use crate::domain::markdown::read::{Reading, read_prd};
    use crate::domain::model::id::IdFormat;
    use crate::domain::model::state::State;

    fn prd(service: &str) -> Prd {
        let path = RepoPath::new("docs/prds/in-progress/PRD-001-x.md").unwrap();
        let text = format!("# PRD-001: X\n\n**Service**: {service}\n");
        match read_prd(&path, State::InProgress, text.as_bytes(), &IdFormat::default()) {
            Reading::Prd(prd) => *prd,
            Reading::Stray(stray) => panic!("{stray:?}"),
        }
    }

    fn found(service: &str, files: &[&str]) -> Vec<String> {
        let text = r#"{"services": {
            "payment_service": {"paths": ["services/payment"]},
            "checkout": {"paths": ["services/checkout", "services/payment/client"], "team": "Checkout"}},
            "teams": {"Payments": {"services": ["payment-service"]}}}"#;
        let sources = Sources { repository: Some(FileLayer::new("c", text)), ..Sources::default() };
        let files: Vec<RepoPath> = files.iter().map(|file| RepoPath::new(file).unwrap()).collect();
        let findings = findings(&load(&sources).unwrap().config, &prd(service), &files);
        findings.into_iter().map(|finding| finding.message).collect()
    }

    #[test]
    fn files_of_other_services_are_named_with_their_team() {
        let said = found(
            "checkout",
            &["services/payment/a.rs", "services/payment/b.rs", "services/checkout/c.rs", "README.md"],
        );
        assert_eq!(
            said,
            [
                "services/payment/a.rs, and 1 file more, belongs to payment_service of team Payments, and PRD-001 is about checkout"
            ]
        );
        assert_eq!(
            found("payment-service", &["services/payment/client/x.rs"]).len(),
            1,
            "the nearest folder decides"
        );
        assert_eq!(found("checkout", &["services/payment/client/x.rs"]), [""; 0]);
        assert_eq!(found("unknown", &["services/payment/a.rs"]), [""; 0]);
    }
}
