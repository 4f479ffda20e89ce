//! Dependencies that PRDs draw without declaring them, where `agents.orchestrator.cross_service_dependencies` asks for
//! them: read in home's texts of unfinished PRDs and in the contracts that they hold and link to.

use std::collections::BTreeMap;

use super::linking::linked_path;
use super::session::{Reading, Session};
use crate::domain::contract::channels::{Channels, channels};
use crate::domain::contract::{Kind, judge};
use crate::domain::graph::dependencies::{Graph, GraphFacts};
use crate::domain::graph::drawn::{Drawn, Services};
use crate::domain::markdown::outline::Outline;
use crate::domain::markdown::services::{End, Mention, Origin, may_mention, mentions};
use crate::domain::model::finding::Place;
use crate::domain::model::id::PrdId;
use crate::domain::model::prd::Prd;
use crate::domain::review::guard;

/// The graph, with what is drawn.
pub(super) fn graph<'a>(session: &Session, reading: &'a Reading) -> Graph<'a> {
    Graph::build(&reading.portfolio, &graph_facts(session, reading))
}

/// What the graph depends on besides the files, with what is drawn.
pub(super) fn graph_facts(session: &Session, reading: &Reading) -> GraphFacts {
    GraphFacts { drawn: drawn(session, reading), ..reading.graph_facts(session.config()) }
}

/// What is drawn, by PRD and then by line.
fn drawn(session: &Session, reading: &Reading) -> Vec<Drawn> {
    let mut found = Vec::new();
    if !session.config().agents.orchestrator.cross_service_dependencies {
        return found;
    }
    let services = Services::of(&reading.portfolio);
    let mut events: BTreeMap<&PrdId, (&Prd, Channels)> = BTreeMap::new();
    for prd in reading.portfolio.prds().iter().filter(|prd| prd.state.is_unfinished()) {
        let Ok(Some(bytes)) = session.files().read(&prd.path) else { continue };
        let text = String::from_utf8_lossy(&bytes);
        if may_mention(&text) {
            found.extend(mentions(&text).iter().filter_map(|mention| mentioned(&services, prd, mention)));
        }
        let own = channels_of(session, prd, &text);
        if own != Channels::default() {
            events.insert(&prd.id, (prd, own));
        }
    }
    found.extend(sent(&events));
    found
}

fn mentioned(services: &Services<'_>, prd: &Prd, mention: &Mention) -> Option<Drawn> {
    let end = |end: &End| match end {
        End::Own => Some(prd.id.clone()),
        End::Named(names) => services.prd(names).cloned(),
    };
    let how = match mention.origin {
        Origin::Diagram => "a diagram",
        Origin::Consumers => "a list of consumers",
    };
    Some(Drawn {
        dependent: end(&mention.user)?,
        prerequisite: end(&mention.used)?,
        place: Place::line(prd.path.clone(), mention.line),
        how: how.to_owned(),
    })
}

/// The channels of all `AsyncAPI` documents that a PRD holds and links to.
fn channels_of(session: &Session, prd: &Prd, text: &str) -> Channels {
    let mut all = Channels::default();
    if !text.to_lowercase().contains("asyncapi") {
        return all;
    }
    let outline = Outline::parse(text);
    let mut take = |text: &str| {
        let found = channels(text);
        all.sends.extend(found.sends);
        all.receives.extend(found.receives);
    };
    for block in outline.blocks.iter().filter(|block| block.is_code() && block.text.contains("asyncapi")) {
        take(&block.text);
    }
    let folder = prd.path.parent();
    for (_, target) in guard::contract_links(text, &outline) {
        let is_events = judge::file_kind(target) == Some(Kind::AsyncApi);
        let path = linked_path(folder.as_ref(), target).filter(|_| is_events);
        if let Some(Ok(Some(bytes))) = path.map(|path| session.files().read(&path)) {
            take(&String::from_utf8_lossy(&bytes));
        }
    }
    all
}

/// Whoever receives from a channel uses those who send to it.
fn sent(events: &BTreeMap<&PrdId, (&Prd, Channels)>) -> Vec<Drawn> {
    let mut senders: BTreeMap<&str, Vec<&PrdId>> = BTreeMap::new();
    for (id, (_, channels)) in events {
        for channel in &channels.sends {
            senders.entry(channel).or_default().push(id);
        }
    }
    let mut found = Vec::new();
    for (id, (prd, channels)) in events {
        for channel in &channels.receives {
            for sender in senders.get(channel.as_str()).into_iter().flatten().filter(|sender| *sender != id) {
                found.push(Drawn {
                    dependent: (*id).clone(),
                    prerequisite: (*sender).clone(),
                    place: Place::line(prd.path.clone(), 1),
                    how: format!("channel {channel}"),
                });
            }
        }
    }
    found
}
