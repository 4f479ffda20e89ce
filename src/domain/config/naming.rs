//! Names of branches and worktrees, made from the configured patterns.

use super::schema::Config;
use super::template::{BranchVariable, WorktreeVariable};
use crate::domain::model::branch::{BadBranchName, BranchName};
use crate::domain::model::id::PrdId;
use crate::domain::model::people::TeamName;
use crate::domain::model::prd::Prd;
use crate::domain::model::slug::Slug;

/// What names are made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameVariables {
    /// The id.
    pub id: PrdId,
    /// The slug of the PRD's file name: `{feature_name}` and `{feature}`.
    pub feature: Slug,
    /// The PRD's service, else its slug: `{service_name}`.
    pub service: Slug,
    /// The PRD's lead team: `{team}`.
    pub team: Option<TeamName>,
    /// The name of the main worktree's folder: `{project}`.
    pub project: String,
}

impl NameVariables {
    /// The variables of a PRD in a project.
    #[must_use]
    pub fn of(prd: &Prd, project: &str) -> Self {
        Self {
            id: prd.id.clone(),
            feature: prd.slug.clone(),
            service: Slug::from_text(&prd.service_name()),
            team: prd.team.clone(),
            project: project.to_owned(),
        }
    }
}

/// A name that cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NamingError {
    /// The pattern uses `{team}`.
    #[error("the branch of {id} cannot be named: the pattern uses `{{team}}`, and the PRD has no team")]
    NoTeam {
        /// The PRD.
        id: PrdId,
    },
    /// Git would refuse the name.
    #[error(transparent)]
    Branch(#[from] BadBranchName),
    /// The file system would refuse the name, or it would lead elsewhere.
    #[error("`{name}` is not the name of a folder: {reason}")]
    Folder {
        /// What was to be the name.
        name: String,
        /// The rule it breaks.
        reason: &'static str,
    },
}

/// The longest part of a name in bytes: file systems take 255, and git adds `.lock`.
const LONGEST_PART: usize = 245;

/// The branch of a PRD, by `prd_workflow.branch_naming`.
///
/// # Errors
/// [`NamingError`] where a value is missing or git would refuse the name.
pub fn branch_name(config: &Config, variables: &NameVariables) -> Result<BranchName, NamingError> {
    let naming = &config.prd_workflow.branch_naming;
    let name = naming.pattern.fill(|variable| {
        Ok::<_, NamingError>(match variable {
            BranchVariable::Prefix => naming.prefix.clone(),
            BranchVariable::PrdId => variables.id.to_string(),
            BranchVariable::Number => variables.id.number().to_string(),
            BranchVariable::Separator => naming.separator.clone(),
            BranchVariable::FeatureName => variables.feature.to_string(),
            BranchVariable::ServiceName => variables.service.to_string(),
            BranchVariable::Team => {
                let team = variables
                    .team
                    .as_ref()
                    .ok_or_else(|| NamingError::NoTeam { id: variables.id.clone() })?;
                Slug::from_text(team.as_str()).to_string()
            }
        })
    })?;
    let branch = BranchName::new(&name)?;
    if name.split('/').any(|part| part.len() > LONGEST_PART) {
        return Err(BadBranchName { name, reason: "a part of it is longer than 245 bytes" }.into());
    }
    Ok(branch)
}

/// The worktree's folder of a PRD on its branch, by `prd_workflow.worktree`: a path relative to the main worktree
/// with `/` between its parts, or an absolute one where `parent_directory` is absolute.
///
/// # Errors
/// [`NamingError`] where the last part is no safe name of a folder.
pub fn worktree_path(
    config: &Config,
    variables: &NameVariables,
    branch: &str,
) -> Result<String, NamingError> {
    let worktree = &config.prd_workflow.worktree;
    let name = worktree.naming_pattern.fill(|variable| {
        Ok::<_, NamingError>(match variable {
            WorktreeVariable::Project => variables.project.clone(),
            WorktreeVariable::PrdId => variables.id.to_string(),
            WorktreeVariable::Feature => variables.feature.to_string(),
            WorktreeVariable::ServiceName => variables.service.to_string(),
            WorktreeVariable::Branch => branch.to_owned(),
        })
    })?;
    let name = name.trim().replace(['/', '\\'], "-");
    match unsafe_folder(&name) {
        None => {
            let parent = worktree.parent_directory.trim();
            let slash = if parent.ends_with(['/', '\\']) { "" } else { "/" };
            Ok(format!("{parent}{slash}{name}"))
        }
        Some(reason) => Err(NamingError::Folder { name, reason }),
    }
}

/// Why a name is not safe as one part of a path, on any of the usual systems.
fn unsafe_folder(name: &str) -> Option<&'static str> {
    if name.is_empty() {
        return Some("it is empty");
    }
    if name.starts_with('.') || name.ends_with('.') {
        return Some("it begins or ends with `.`");
    }
    if name.starts_with('-') {
        return Some("it begins with `-`");
    }
    if name.contains(char::is_control) || name.contains(['<', '>', ':', '"', '|', '?', '*']) {
        return Some("it has a control character or one of `<>:\"|?*` in it");
    }
    (name.len() > LONGEST_PART).then_some("it is longer than 245 bytes")
}

/// Any PRD's variables, to try a configuration before there is a PRD.
fn sample(config: &Config) -> NameVariables {
    let slug = Slug::from_text("feature");
    NameVariables {
        id: config.id_format().id(1),
        feature: slug.clone(),
        service: slug,
        team: TeamName::new("team"),
        project: "project".to_owned(),
    }
}

/// The branch of a sample PRD.
pub(super) fn try_branch(config: &Config) -> Result<BranchName, NamingError> {
    branch_name(config, &sample(config))
}

/// The worktree of a sample PRD.
pub(super) fn try_worktree(config: &Config) -> Result<String, NamingError> {
    worktree_path(config, &sample(config), "feat/feature")
}

/// False where all PRDs would get one branch.
pub(super) fn branch_tells_prds_apart(config: &Config) -> bool {
    let pattern = &config.prd_workflow.branch_naming.pattern;
    [BranchVariable::PrdId, BranchVariable::Number, BranchVariable::FeatureName, BranchVariable::ServiceName]
        .into_iter()
        .any(|variable| pattern.uses(variable))
}

/// False where all PRDs would get one worktree.
pub(super) fn worktree_tells_prds_apart(config: &Config) -> bool {
    let pattern = &config.prd_workflow.worktree.naming_pattern;
    [
        WorktreeVariable::PrdId,
        WorktreeVariable::Feature,
        WorktreeVariable::ServiceName,
        WorktreeVariable::Branch,
    ]
    .into_iter()
    .any(|variable| pattern.uses(variable))
}

#[cfg(test)]
mod tests {
    use super::super::layers::{FileLayer, Sources, load};
    use super::*;

    fn config(text: &str) -> Config {
        load(&Sources { repository: Some(FileLayer::new("c.json", text)), ..Sources::default() })
            .unwrap()
            .config
    }

    type Names = (Result<BranchName, NamingError>, Result<String, NamingError>);

    fn names(config: &Config, number: u32, project: &str) -> Names {
        let variables = NameVariables {
            id: config.id_format().id(number),
            feature: Slug::from_text("Checkout Extraction"),
            service: Slug::from_text("checkout_service"),
            team: None,
            project: project.to_owned(),
        };
        let branch = branch_name(config, &variables);
        let name = branch.as_ref().map_or("main", BranchName::as_str);
        let worktree = worktree_path(config, &variables, name);
        (branch, worktree)
    }

    #[test]
    fn the_enterprise_example_names_branch_and_worktree() {
        let (branch, worktree) = names(&config(include_str!("fixtures/enterprise.json")), 128, "cloudscale");
        assert_eq!(branch.unwrap().as_str(), "feat/SVC-128-checkout-service");
        assert_eq!(worktree.unwrap(), "../worktrees/cloudscale-SVC-128");
    }

    #[test]
    fn the_defaults_name_by_feature() {
        let (branch, worktree) = names(&Config::default(), 7, "shop");
        assert_eq!(branch.unwrap().as_str(), "feat/PRD-007-checkout-extraction");
        assert_eq!(worktree.unwrap(), "../shop-PRD-007");
    }

    #[test]
    fn slashes_become_dashes_in_folders() {
        let config = config(r#"{"prd_workflow": {"worktree": {"naming_pattern": "{branch}"}}}"#);
        let (_, worktree) = names(&config, 7, "shop");
        assert_eq!(worktree.unwrap(), "../feat-PRD-007-checkout-extraction");
    }

    #[test]
    fn a_folder_never_leads_elsewhere() {
        for project in ["..", "../../x", "-x", ".git", "a:b", ""] {
            let config =
                config(r#"{"prd_workflow": {"worktree": {"naming_pattern": "{project}{feature}"}}}"#);
            if let Ok(path) = names(&config, 7, project).1 {
                let inner = path.strip_prefix("../").unwrap();
                assert!(!inner.contains('/') && !inner.starts_with('.') && !inner.starts_with('-'), "{path}");
            } else {
                assert_ne!(project, "");
            }
        }
    }

    #[test]
    fn the_variables_of_a_prd_fold_its_service() {
        let config = config(r#"{"prd_workflow": {"branch_naming": {"pattern": "{service_name}/{number}"}}}"#);
        let sample = crate::domain::model::sample::prd("PRD-7").service("Payments_API");
        let variables = NameVariables::of(&sample.0, "shop");
        assert_eq!(branch_name(&config, &variables).unwrap().as_str(), "payments-api/7");
    }

    #[test]
    fn a_missing_team_is_named() {
        let config = config(r#"{"prd_workflow": {"branch_naming": {"pattern": "{team}/{prd_id}"}}}"#);
        let error = names(&config, 7, "shop").0.unwrap_err().to_string();
        assert!(error.contains("PRD-007") && error.contains("{team}"), "{error}");
    }

    proptest::proptest! {
        #[test]
        fn names_are_safe_or_refused(text in ".{0,40}", project in ".{0,40}", pattern in "(\\{prefix\\}|\\{team\\}|[a-z./@~-]|\\{feature_name\\}){1,4}\\{prd_id\\}") {
            let json = serde_json::json!({"prd_workflow": {
                "branch_naming": {"pattern": pattern, "prefix": text},
                "worktree": {"naming_pattern": "{project}-{branch}"},
            }});
            if let Ok(config) = serde_json::from_value::<Config>(json) {
                let variables = NameVariables {
                    id: config.id_format().id(7),
                    feature: Slug::from_text(&text),
                    service: Slug::from_text(&project),
                    team: TeamName::new(&text),
                    project,
                };
                if let Ok(branch) = branch_name(&config, &variables) {
                    proptest::prop_assert!(BranchName::new(branch.as_str()).is_ok());
                    if let Ok(path) = worktree_path(&config, &variables, branch.as_str()) {
                        let name = path.strip_prefix("../").unwrap_or_default();
                        proptest::prop_assert!(!name.is_empty() && !name.contains(['/', '\\', '\0']), "{path}");
                        proptest::prop_assert!(!name.starts_with(['.', '-']), "{path}");
                    }
                }
            }
        }
    }
}
