//! Faults aimed at single requests, chosen by API key, by the nodes that speak, and by count.
//!
//! A rule looks at requests where they arrive. What it does stays within what TCP can do to a connection, except for
//! [`RpcAction::Replay`], which is what a duplicating middle box or a hostile peer does; runs that use it count each
//! replay as an attempt.

use crate::NodeId;

/// What happens to a request that a rule chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum RpcAction {
    /// It, and all behind it on its connection, waits until [`crate::World::release`].
    Hold,
    /// It is lost, and its connection is reset.
    LoseRequest,
    /// It arrives; its answer is lost and the connection is reset.
    LoseResponse,
    /// A part of it arrives, then the connection is reset.
    CutRequest,
    /// A part of its answer arrives, then the connection is reset.
    CutResponse,
    /// It vanishes: the connection lives on, and no answer comes. Only a middle box does that.
    Drop,
    /// It arrives, and once more after so many milliseconds: on this connection, or on the next one between the same
    /// nodes when this one has ended. The second answer is thrown away.
    Replay {
        /// How much later.
        after_ms: u32,
    },
}

/// A rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RpcRule {
    /// Only requests of this API; all when absent.
    pub api_key: Option<i16>,
    /// Only from these nodes; all when empty.
    pub from: Vec<NodeId>,
    /// Only to these nodes; all when empty.
    pub to: Vec<NodeId>,
    /// How many matching requests pass before the rule acts.
    pub skip: u32,
    /// On how many requests it acts.
    pub limit: u32,
    /// What it does.
    pub action: RpcAction,
}

impl RpcRule {
    /// A rule for the next request of an API.
    pub fn next(api_key: i16, action: RpcAction) -> Self {
        RpcRule { api_key: Some(api_key), from: Vec::new(), to: Vec::new(), skip: 0, limit: 1, action }
    }

    /// Lets `skip` matching requests pass first.
    #[must_use]
    pub fn after(mut self, skip: u32) -> Self {
        self.skip = skip;
        self
    }

    /// Acts on `limit` requests.
    #[must_use]
    pub fn times(mut self, limit: u32) -> Self {
        self.limit = limit;
        self
    }

    /// Only on requests to `node`.
    #[must_use]
    pub fn to(mut self, node: NodeId) -> Self {
        self.to.push(node);
        self
    }

    /// Only on requests from `node`.
    #[must_use]
    pub fn from(mut self, node: NodeId) -> Self {
        self.from.push(node);
        self
    }
}

/// Stands for a rule in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct RpcId(pub(crate) u32);

/// A rule in force.
#[derive(Debug)]
pub(crate) struct ActiveRule {
    pub(crate) id: RpcId,
    rule: RpcRule,
    pub(crate) hits: u32,
    pub(crate) released: bool,
}

/// All rules in force.
#[derive(Debug, Default)]
pub(crate) struct Rules {
    rules: Vec<ActiveRule>,
    next: u32,
}

impl Rules {
    pub(crate) fn add(&mut self, rule: RpcRule) -> RpcId {
        self.next += 1;
        let id = RpcId(self.next);
        self.rules.push(ActiveRule { id, rule, hits: 0, released: false });
        id
    }

    pub(crate) fn get_mut(&mut self, id: RpcId) -> Option<&mut ActiveRule> {
        self.rules.iter_mut().find(|rule| rule.id == id)
    }

    pub(crate) fn hits(&self, id: RpcId) -> u32 {
        self.rules.iter().find(|rule| rule.id == id).map_or(0, |rule| rule.hits)
    }

    /// Whether any rule may still act: frames have to be looked at before they are handed on.
    pub(crate) fn armed(&self) -> bool {
        self.rules.iter().any(|rule| rule.rule.limit > 0)
    }

    /// Whether what this rule held may go on.
    pub(crate) fn is_released(&self, id: RpcId) -> bool {
        self.rules.iter().find(|rule| rule.id == id).is_none_or(|rule| rule.released)
    }

    pub(crate) fn release_all(&mut self) {
        for rule in &mut self.rules {
            rule.rule.limit = 0;
            rule.released = true;
        }
    }

    /// The first rule that acts on this request.
    pub(crate) fn choose(&mut self, api_key: i16, from: NodeId, to: NodeId) -> Option<(RpcId, RpcAction)> {
        for active in &mut self.rules {
            let rule = &mut active.rule;
            let meant = rule.limit > 0
                && rule.api_key.is_none_or(|only| only == api_key)
                && (rule.from.is_empty() || rule.from.contains(&from))
                && (rule.to.is_empty() || rule.to.contains(&to));
            if !meant {
                continue;
            }
            if rule.skip > 0 {
                rule.skip -= 1;
                continue;
            }
            rule.limit -= 1;
            active.hits += 1;
            return Some((active.id, rule.action));
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_choose_by_api_node_and_count() {
        let (one, two) = (NodeId(1), NodeId(2));
        let mut rules = Rules::default();
        let id = rules.add(RpcRule::next(0, RpcAction::Hold).to(two).after(1).times(2));
        assert!(rules.armed());
        assert_eq!(rules.choose(1, one, two), None, "another API");
        assert_eq!(rules.choose(0, two, one), None, "another node");
        assert_eq!(rules.choose(0, one, two), None, "the first passes");
        for _ in 0..2 {
            assert_eq!(rules.choose(0, one, two), Some((id, RpcAction::Hold)));
        }
        assert_eq!(rules.choose(0, one, two), None, "the limit is reached");
        assert_eq!(rules.hits(id), 2);
        assert!(!rules.armed());
        assert!(!rules.is_released(id));
        rules.release_all();
        assert!(rules.is_released(id));
    }
}
