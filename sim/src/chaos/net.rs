//! The state of the network: links, power, listeners, and all connections.
//!
//! Plain code under one lock: the streams of [`super::stream`] ask it what they may do and tell it what they did.
//!
//! Long because topology and traffic share that lock and the state under it.

use super::{
    frames::{Effect, Fate, renumber},
    pair::{AnswerFate, Pair},
    rpc::{RpcAction, RpcId, RpcRule, Rules},
};
use crate::{
    NodeId,
    engine::Options,
    random::{Ratio, Stream},
};
use std::{
    collections::{BTreeMap, VecDeque},
    net::SocketAddr,
    task::Waker,
};

/// Replayed requests count down from here, so that their answers are known.
const REPLAY_CORRELATION_ID: i32 = i32::MIN;

/// An accepted connection whose other end never appears is reset after this long.
const JOIN_NANOS: u64 = 5_000_000_000;

/// Extra delay of a link: least and most, in microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub struct LinkDelay {
    /// Least.
    pub least_us: u32,
    /// Most.
    pub most_us: u32,
}

#[derive(Debug, Clone, Copy, Default)]
struct Link {
    cut: bool,
    delay: LinkDelay,
}

/// A bound port.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bound {
    /// Where the engine listens for it. `None` until it does.
    pub(crate) engine: Option<SocketAddr>,
    /// Connections that wait to be accepted, and connects under way.
    pub(crate) waiting: usize,
    ticket: u64,
}

/// Which end of a connection appears.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Connected,
    Accepted,
}

/// What a reader may do.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum ReadStep {
    /// Take up to so many bytes from the engine; look at them with [`Net::took_filtered`] when told to.
    Take {
        bytes: usize,
        filtered: bool,
    },
    /// Bytes wait in the stash.
    Stash,
    /// Nothing is on its way: let the engine wake us.
    Idle(Option<u64>),
    /// Bytes may be on their way, but are not to be seen; look again at that moment.
    Wait(Option<u64>),
    End,
    Reset,
}

/// What a writer may do.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum WriteStep {
    /// Hand so many bytes to the engine.
    Send(usize),
    /// So many bytes go nowhere.
    Void(usize),
    Wait(Option<u64>),
    Reset,
    Closed,
}

/// The network.
#[derive(Debug)]
pub(crate) struct Net {
    names: Vec<String>,
    /// How often each node was switched on; `None` while it has no power.
    power: Vec<Result<u32, u32>>,
    links: BTreeMap<(NodeId, NodeId), Link>,
    bound: BTreeMap<(NodeId, u16), Bound>,
    next_port: BTreeMap<NodeId, u16>,
    pairs: Vec<Option<Pair>>,
    free: Vec<usize>,
    half_open: BTreeMap<(SocketAddr, SocketAddr), VecDeque<(Side, usize)>>,
    waiting: Vec<Waker>,
    pub(crate) rules: Rules,
    /// Requests to be replayed on the next connection from one node to another.
    orphans: Vec<(NodeId, NodeId, u64, Vec<u8>)>,
    replays: i32,
    short_io: Ratio,
    window: (u32, u32),
    latency: u64,
    numbers: u64,
    /// Answers that got whole to whoever asked, on connections that are gone.
    answered: u64,
    windows: Stream,
    delays: Stream,
    shorts: Stream,
    /// Faults that bit since they were last taken.
    bites: Vec<(&'static str, NodeId, NodeId)>,
    /// Requests that arrived once more, whole frames.
    replayed: Vec<Vec<u8>>,
}

impl Net {
    pub(crate) fn new(seed: u64, options: &Options) -> Self {
        Net {
            names: Vec::new(),
            power: Vec::new(),
            links: BTreeMap::new(),
            bound: BTreeMap::new(),
            next_port: BTreeMap::new(),
            pairs: Vec::new(),
            free: Vec::new(),
            half_open: BTreeMap::new(),
            waiting: Vec::new(),
            rules: Rules::default(),
            orphans: Vec::new(),
            replays: 0,
            short_io: options.short_io,
            window: options.window_bytes,
            latency: u64::from(options.latency_ms.0.max(1)) * 1_000_000,
            numbers: 0,
            answered: 0,
            windows: Stream::split(seed, "network", "windows"),
            delays: Stream::split(seed, "network", "delays"),
            shorts: Stream::split(seed, "network", "short reads and writes"),
            bites: Vec::new(),
            replayed: Vec::new(),
        }
    }

    pub(crate) fn add_node(&mut self, name: &str) {
        self.names.push(name.to_owned());
        self.power.push(Ok(1));
    }

    /// The made-up address of a node.
    pub(crate) fn ip(node: NodeId) -> String {
        format!("10.0.{}.{}", node.index() / 250, node.index() % 250 + 1)
    }

    /// The node of this name or address.
    pub(crate) fn resolve(&self, from: NodeId, host: &str) -> Option<NodeId> {
        if matches!(host, "localhost" | "127.0.0.1" | "0.0.0.0") {
            return Some(from);
        }
        let nodes = (0..self.names.len()).map(NodeId::at);
        nodes.skip(1).find(|node| self.names[node.index()] == host || Net::ip(*node) == host)
    }

    pub(crate) fn draws(&self) -> [(&'static str, u64); 3] {
        [("windows", self.windows.draws()), ("delays", self.delays.draws()), ("shorts", self.shorts.draws())]
    }

    /// The requests that arrived once more, since the last call.
    pub(crate) fn take_replayed(&mut self) -> Vec<Vec<u8>> {
        std::mem::take(&mut self.replayed)
    }

    /// Requests whose answer got whole to the end that connected, over all connections so far. Answers to replayed
    /// requests, which nobody asked for, do not count.
    pub(crate) fn answered(&self) -> u64 {
        let open = self.pairs.iter().flatten().map(|pair| pair.flows[1].frames.whole);
        self.answered + open.sum::<u64>()
    }

    pub(crate) fn take_bites(&mut self) -> Vec<(&'static str, NodeId, NodeId)> {
        std::mem::take(&mut self.bites)
    }

    /// Lets go of everything; what may hold tasks is handed to the caller to drop.
    pub(crate) fn clear(&mut self) -> (Vec<Option<Pair>>, Vec<Waker>) {
        self.half_open.clear();
        (std::mem::take(&mut self.pairs), std::mem::take(&mut self.waiting))
    }

    // ----- links and power ----------------------------------------------------------------------------------------

    fn is_cut(&self, from: NodeId, to: NodeId) -> bool {
        !self.links.is_empty() && self.links.get(&(from, to)).is_some_and(|link| link.cut)
    }

    /// Cuts or heals one direction of a link.
    pub(crate) fn set_cut(&mut self, from: NodeId, to: NodeId, cut: bool) {
        self.links.entry((from, to)).or_default().cut = cut;
        self.changed();
    }

    pub(crate) fn set_delay(&mut self, from: NodeId, to: NodeId, delay: LinkDelay) {
        self.links.entry((from, to)).or_default().delay = delay;
    }

    pub(crate) fn heal_all(&mut self) {
        self.links.clear();
        self.changed();
    }

    pub(crate) fn set_short_io(&mut self, ratio: Ratio) {
        self.short_io = ratio;
    }

    fn changed(&mut self) {
        for pair in self.pairs.iter_mut().flatten() {
            pair.wake();
        }
        self.wake_waiting();
    }

    fn wake_waiting(&mut self) {
        for waker in self.waiting.drain(..) {
            waker.wake();
        }
    }

    /// The node's power goes. Its ends say no more goodbye.
    pub(crate) fn power_off(&mut self, node: NodeId, now: u64) {
        let boots = match self.power[node.index()] {
            Ok(boots) | Err(boots) => boots,
        };
        self.power[node.index()] = Err(boots);
        for pair in self.pairs.iter_mut().flatten() {
            for end in pair.ends.iter_mut().filter(|end| end.node == node && end.open) {
                end.vanished = Some(boots);
            }
        }
        let closed: Vec<Bound> =
            self.bound.extract_if(.., |(at, _), _| *at == node).map(|(_, it)| it).collect();
        for bound in closed {
            self.listener_closed(bound, now);
        }
    }

    pub(crate) fn power_on(&mut self, node: NodeId, now: u64) {
        if let Err(boots) = self.power[node.index()] {
            self.power[node.index()] = Ok(boots + 1);
        }
        // Whoever still sends to the old connections is told so.
        for index in 0..self.pairs.len() {
            for end in 0..2 {
                let told = self.pairs[index].as_ref().is_some_and(|pair| {
                    pair.ends[1 - end].vanished.is_some()
                        && pair.ends[1 - end].node == node
                        && pair.flows[end].written > pair.flows[end].taken
                });
                if told && let Some(pair) = self.pairs[index].as_mut() {
                    pair.ends[end].spoke_to_nobody = true;
                }
                self.answer_nobody(index, end, now);
            }
        }
        self.changed();
    }

    pub(crate) fn has_power(&self, node: NodeId) -> bool {
        self.power[node.index()].is_ok()
    }

    // ----- listening and connecting -------------------------------------------------------------------------------

    /// Reserves a port; 0 asks for a free one. The ticket frees it.
    pub(crate) fn bind(&mut self, node: NodeId, port: u16) -> Option<(u16, u64)> {
        let port = if port == 0 { self.free_port(node) } else { port };
        if self.bound.contains_key(&(node, port)) {
            return None;
        }
        self.numbers += 1;
        let ticket = self.numbers;
        self.bound.insert((node, port), Bound { engine: None, waiting: 0, ticket });
        Some((port, ticket))
    }

    fn free_port(&mut self, node: NodeId) -> u16 {
        let next = self.next_port.entry(node).or_insert(32_768);
        loop {
            *next = next.checked_add(1).unwrap_or(32_768);
            if !self.bound.contains_key(&(node, *next)) {
                return *next;
            }
        }
    }

    pub(crate) fn bound_at(&mut self, node: NodeId, port: u16, ticket: u64, engine: SocketAddr) {
        if let Some(bound) = self.bound.get_mut(&(node, port)).filter(|bound| bound.ticket == ticket) {
            bound.engine = Some(engine);
        }
    }

    pub(crate) fn unbind(&mut self, node: NodeId, port: u16, ticket: u64, now: u64) {
        if self.bound.get(&(node, port)).is_some_and(|bound| bound.ticket == ticket)
            && let Some(bound) = self.bound.remove(&(node, port))
        {
            self.listener_closed(bound, now);
        }
        self.wake_waiting();
    }

    /// A listener is gone, and with it the connections that nobody accepted. They must be forgotten here: the engine
    /// gives their addresses to others, whose ends would be taken for theirs.
    fn listener_closed(&mut self, bound: Bound, now: u64) {
        let mut alone = Vec::new();
        self.half_open.retain(|(_, server), queue| {
            if Some(*server) == bound.engine {
                queue.retain(|(side, index)| {
                    if *side == Side::Connected {
                        alone.push(*index);
                    }
                    *side != Side::Connected
                });
            }
            !queue.is_empty()
        });
        for index in alone {
            self.never_accepted(index, now);
        }
    }

    /// The other end of a connection will not appear any more. Its node says so with a reset, when it can.
    fn never_accepted(&mut self, index: usize, now: u64) {
        let Some(pair) = self.pairs[index].as_mut() else { return };
        if !pair.ends[0].open {
            self.pairs[index] = None;
            self.free.push(index);
            return;
        }
        // From here on it is a connection whose accepting end is closed.
        pair.joined = true;
        match self.power[pair.ends[1].node.index()] {
            Ok(_) => pair.ends[0].spoke_to_nobody = true,
            Err(boots) => pair.ends[1].vanished = Some(boots),
        }
        pair.wake();
        self.answer_nobody(index, 0, now);
    }

    pub(crate) fn bound(&mut self, node: NodeId, port: u16) -> Option<&mut Bound> {
        self.bound.get_mut(&(node, port)).filter(|bound| bound.engine.is_some())
    }

    /// A place in the queue of a listener is free again.
    pub(crate) fn accepted(&mut self, node: NodeId, port: u16, ticket: u64) {
        if let Some(bound) = self.bound.get_mut(&(node, port)).filter(|bound| bound.ticket == ticket) {
            bound.waiting = bound.waiting.saturating_sub(1);
        }
        self.wake_waiting();
    }

    /// Whether a handshake can go through now. If not, the waker is woken when something changes.
    pub(crate) fn can_reach(&mut self, from: NodeId, to: NodeId, waker: &Waker) -> bool {
        let reachable = self.has_power(to) && !self.is_cut(from, to) && !self.is_cut(to, from);
        if !reachable {
            self.wait_for_change(waker);
        }
        reachable
    }

    /// The waker is woken when a link, a listener or a node's power changes.
    pub(crate) fn wait_for_change(&mut self, waker: &Waker) {
        if !self.waiting.iter().any(|known| known.will_wake(waker)) {
            self.waiting.push(waker.clone());
        }
    }

    /// One end of a connection appears. `None` when its other end is known to be gone.
    pub(crate) fn join(
        &mut self,
        (client, server): (SocketAddr, SocketAddr),
        side: Side,
        (from, to): (NodeId, NodeId),
        now: u64,
    ) -> usize {
        let queue = self.half_open.entry((client, server)).or_default();
        // The engines deliver in order. Where the accepting end comes first, an older one was given up by its peer.
        let other = match side {
            Side::Accepted => queue.iter().position(|(known, _)| *known == Side::Connected),
            Side::Connected => queue.iter().rposition(|(known, _)| *known == Side::Accepted),
        };
        let found = other.and_then(|at| queue.remove(at)).map(|(_, index)| index);
        if queue.is_empty() {
            self.half_open.remove(&(client, server));
        }
        // The listener may have gone while the connect was under way.
        let alone = found.is_none() && side == Side::Connected && !self.listens(server);
        let index = match found {
            Some(index) => index,
            None => {
                let index = self.new_pair(from, to, now);
                if !alone {
                    self.half_open.entry((client, server)).or_default().push_back((side, index));
                }
                index
            }
        };
        let pair = self.pairs[index].as_mut().expect("half-open connections exist");
        pair.joined = found.is_some();
        pair.ends[side as usize].open = true;
        if side == Side::Connected {
            // Only who connects surely knows who it is: several nodes may share the engine's host.
            pair.ends[0].node = from;
            let due = self.orphans.extract_if(.., |(source, target, _, _)| (*source, *target) == (from, to));
            let due: Vec<_> = due.map(|(_, _, moment, frame)| (moment.max(now), frame)).collect();
            self.pairs[index].as_mut().expect("just used").flows[0].replays.extend(due);
        }
        if let Some(pair) = self.pairs[index].as_mut() {
            pair.wake();
        }
        if alone {
            self.never_accepted(index, now);
        }
        // Whoever accepts may wait for the other end to be known.
        self.wake_waiting();
        index
    }

    /// Whether somebody will accept what the engine brings to this address.
    fn listens(&self, engine: SocketAddr) -> bool {
        self.bound.values().any(|bound| bound.engine == Some(engine))
    }

    fn new_pair(&mut self, from: NodeId, to: NodeId, now: u64) -> usize {
        self.numbers += 1;
        let window = self.windows.range(u64::from(self.window.0), u64::from(self.window.1));
        let pair = Some(Pair::new(self.numbers, from, to, window, now));
        match self.free.pop() {
            Some(index) => {
                self.pairs[index] = pair;
                index
            }
            None => {
                self.pairs.push(pair);
                self.pairs.len() - 1
            }
        }
    }

    /// The stream of an end is dropped.
    pub(crate) fn drop_end(&mut self, index: usize, end: usize, now: u64) {
        let visible = now + self.latency;
        let Some(pair) = self.pairs.get_mut(index).and_then(Option::as_mut) else { return };
        pair.ends[end].open = false;
        let unread = pair.flows[1 - end].written > pair.flows[1 - end].taken
            || !pair.flows[1 - end].frames.stash.is_empty();
        if pair.ends[end].vanished.is_none() {
            pair.flows[end].fin_at.get_or_insert(visible);
            if unread && pair.ends[end].reset_at.is_none() {
                pair.ends[1 - end].reset_at.get_or_insert(visible);
            }
        }
        pair.wake();
        let replays: Vec<_> = pair.flows[0].replays.drain(..).collect();
        let (from, to) = (pair.ends[0].node, pair.ends[1].node);
        if !pair.ends[0].open && !pair.ends[1].open && pair.joined {
            self.answered += pair.flows[1].frames.whole;
            self.pairs[index] = None;
            self.free.push(index);
        }
        self.orphans.extend(replays.into_iter().map(|(due, frame)| (from, to, due, frame)));
    }

    /// The writer of an end says that it will write no more.
    pub(crate) fn shut_down(&mut self, index: usize, end: usize, now: u64) {
        let visible = now + self.latency;
        if let Some(pair) = self.pairs[index].as_mut() {
            pair.flows[end].fin_at.get_or_insert(visible);
            pair.flows[end].wake();
        }
    }

    /// Resets all connections between two nodes; says how many.
    pub(crate) fn reset_between(&mut self, one: NodeId, other: NodeId, now: u64) -> usize {
        let between = |pair: &&mut Pair| {
            let nodes = (pair.ends[0].node, pair.ends[1].node);
            nodes == (one, other) || nodes == (other, one)
        };
        let mut count = 0;
        for pair in self.pairs.iter_mut().flatten().filter(between) {
            pair.reset(now);
            count += 1;
        }
        count
    }

    /// How many connections a node has.
    pub(crate) fn connections(&self, node: NodeId) -> usize {
        let of = |pair: &&Pair| pair.ends.iter().any(|end| end.node == node && end.open);
        self.pairs.iter().flatten().filter(of).count()
    }

    // ----- reading and writing ------------------------------------------------------------------------------------

    /// A peer that is not there any more answers with a reset, as soon as bytes get to its node and back.
    fn answer_nobody(&mut self, index: usize, end: usize, now: u64) {
        let Some(pair) = self.pairs[index].as_ref() else { return };
        let (here, there) = (pair.ends[end].node, pair.ends[1 - end].node);
        let alive = match (self.power[there.index()], pair.ends[1 - end].vanished) {
            (Err(_), _) => false,
            (Ok(boots), Some(before)) => boots > before,
            (Ok(_), None) => true,
        };
        if !pair.ends[end].spoke_to_nobody || !alive || self.is_cut(here, there) || self.is_cut(there, here) {
            return;
        }
        let moment = now + 2 * self.latency;
        if let Some(pair) = self.pairs[index].as_mut() {
            pair.ends[end].reset_at.get_or_insert(moment);
        }
    }

    /// What the reader of `end` may do, with room for so many bytes.
    pub(crate) fn begin_read(
        &mut self,
        index: usize,
        end: usize,
        now: u64,
        room: usize,
        waker: &Waker,
    ) -> ReadStep {
        let armed = self.rules.armed();
        let Some(pair) = self.pairs[index].as_ref() else { return ReadStep::Reset };
        let (here, there) = (pair.ends[end].node, pair.ends[1 - end].node);
        let (spoke, held) = (pair.ends[end].spoke_to_nobody, pair.flows[1 - end].held);
        if spoke {
            self.answer_nobody(index, end, now);
        }
        let cut = self.is_cut(there, here);
        if let Some(id) = held
            && self.rules.is_released(id)
        {
            self.release_held(index, 1 - end, now);
        }
        let short = room > 1 && self.shorts.chance(self.short_io);
        let room = if short { self.shorts.index(room) + 1 } else { room };
        let pair = self.pairs[index].as_mut().expect("looked up above");
        let flow = &mut pair.flows[1 - end];
        if flow.reader.as_ref().is_none_or(|known| !known.will_wake(waker)) {
            flow.reader = Some(waker.clone());
        }
        if !flow.frames.stash.is_empty() {
            return ReadStep::Stash;
        }
        let mut look_again = pair.ends[end].reset_at;
        if look_again.is_some_and(|moment| moment <= now) {
            return ReadStep::Reset;
        }
        let mut earlier =
            |moment: u64| look_again = Some(look_again.map_or(moment, |known| known.min(moment)));
        if cut || flow.held.is_some() {
            return ReadStep::Wait(look_again);
        }
        if let Some((due, _)) = flow.replays.front()
            && flow.frames.at_boundary()
        {
            if *due <= now {
                self.put_replay_in(index, 1 - end);
                return ReadStep::Stash;
            }
            earlier(*due);
        }
        let (visible, later) = flow.visible(now);
        later.map(&mut earlier);
        if visible > 0 {
            let bytes = room.min(usize::try_from(visible).unwrap_or(usize::MAX));
            let filtered = armed || !flow.frames.is_plain() || !pair.doomed_answers.is_empty();
            return ReadStep::Take { bytes, filtered };
        }
        if flow.written > flow.taken {
            return ReadStep::Wait(look_again);
        }
        if let Some(moment) = flow.fin_at {
            if moment <= now {
                return ReadStep::End;
            }
            earlier(moment);
        }
        if !pair.joined {
            let moment = pair.born + JOIN_NANOS;
            if moment <= now {
                return ReadStep::Reset;
            }
            earlier(moment);
        }
        ReadStep::Idle(look_again)
    }

    /// The reader of `end` took these bytes from the engine and has them.
    pub(crate) fn took(&mut self, index: usize, end: usize, bytes: &[u8]) -> u64 {
        let pair = self.pairs[index].as_mut().expect("a reader's connection exists");
        let flow = &mut pair.flows[1 - end];
        flow.take(bytes.len(), pair.window);
        flow.frames.follow(bytes);
        pair.number
    }

    /// The reader of `end` took these bytes from the engine; what may be read of them is in the stash afterwards.
    pub(crate) fn took_filtered(&mut self, index: usize, end: usize, bytes: &[u8], now: u64) -> u64 {
        let pair = self.pairs[index].as_mut().expect("a reader's connection exists");
        let flow = &mut pair.flows[1 - end];
        flow.take(bytes.len(), pair.window);
        let number = pair.number;
        self.feed(index, 1 - end, bytes, now);
        number
    }

    fn release_held(&mut self, index: usize, flow: usize, now: u64) {
        let Some(pair) = self.pairs[index].as_mut() else { return };
        pair.flows[flow].held = None;
        let backlog = std::mem::take(&mut pair.flows[flow].frames.backlog);
        self.feed_after(index, flow, &backlog, now, true);
    }

    fn feed(&mut self, index: usize, flow: usize, bytes: &[u8], now: u64) {
        self.feed_after(index, flow, bytes, now, false);
    }

    /// Looks at each frame. `first_passes` lets a frame through that was held before.
    fn feed_after(&mut self, index: usize, which: usize, bytes: &[u8], now: u64, mut first_passes: bool) {
        let Net { pairs, rules, bites, .. } = self;
        let Some(pair) = pairs[index].as_mut() else { return };
        let (from, to) = (pair.ends[0].node, pair.ends[1].node);
        let Pair { flows, doomed_answers, .. } = pair;
        let mut held = None;
        let mut after = Vec::new();
        let effect = flows[which].frames.feed(bytes, &mut |header| {
            if which == 1 {
                let doomed = doomed_answers.iter().position(|(id, _)| *id == header.correlation_id);
                return match doomed.map(|at| doomed_answers.swap_remove(at).1) {
                    None => Fate::Pass,
                    Some(AnswerFate::ThrowAway) => Fate::Swallow,
                    Some(AnswerFate::Lose) => {
                        bites.push(("response lost", from, to));
                        Fate::Reset
                    }
                    Some(AnswerFate::Cut) => {
                        bites.push(("response cut", from, to));
                        Fate::Cut
                    }
                };
            }
            if std::mem::take(&mut first_passes) {
                return Fate::Pass;
            }
            let Some((id, action)) = rules.choose(header.api_key, from, to) else { return Fate::Pass };
            let doomed = header.correlation_id;
            match action {
                RpcAction::Hold => {
                    bites.push(("request held", from, to));
                    held = Some(id);
                    Fate::Hold
                }
                RpcAction::LoseRequest => {
                    bites.push(("request lost", from, to));
                    Fate::Reset
                }
                RpcAction::CutRequest => {
                    bites.push(("request cut", from, to));
                    Fate::Cut
                }
                RpcAction::Drop => {
                    bites.push(("request dropped", from, to));
                    Fate::Swallow
                }
                RpcAction::LoseResponse => {
                    doomed_answers.push((doomed, AnswerFate::Lose));
                    Fate::Pass
                }
                RpcAction::CutResponse => {
                    doomed_answers.push((doomed, AnswerFate::Cut));
                    Fate::Pass
                }
                RpcAction::Replay { after_ms } => {
                    after.push(now + u64::from(after_ms) * 1_000_000);
                    Fate::Keep
                }
            }
        });
        flows[which].held = held.or(flows[which].held);
        let finished: Vec<_> = flows[which].frames.finished.drain(..).collect();
        for (number, frame) in finished.into_iter().enumerate() {
            let due = after.get(number).copied().unwrap_or(now);
            flows[which].replays.push_back((due, frame));
        }
        if effect == Effect::Reset {
            pair.reset(now);
        }
    }

    /// Puts a kept request between two others.
    fn put_replay_in(&mut self, index: usize, which: usize) {
        self.replays = self.replays.wrapping_add(1);
        let number = REPLAY_CORRELATION_ID.wrapping_add(self.replays);
        let Some(pair) = self.pairs[index].as_mut() else { return };
        let Some((_, mut frame)) = pair.flows[which].replays.pop_front() else { return };
        renumber(&mut frame, number);
        pair.flows[which].frames.stash.extend_from_slice(&frame);
        pair.doomed_answers.push((number, AnswerFate::ThrowAway));
        self.bites.push(("request replayed", pair.ends[0].node, pair.ends[1].node));
        self.replayed.push(frame);
    }

    /// Copies from the stash.
    pub(crate) fn read_stash(&mut self, index: usize, end: usize, room: usize) -> bytes::BytesMut {
        let stash = &mut self.pairs[index].as_mut().expect("a reader's connection exists").flows[1 - end]
            .frames
            .stash;
        let count = room.min(stash.len());
        stash.split_to(count)
    }

    /// The engine says that no more bytes come, though some were on their way.
    pub(crate) fn broken(&mut self, index: usize, end: usize, now: u64) {
        let Some(pair) = self.pairs[index].as_mut() else { return };
        if pair.ends[1 - end].vanished.is_none() && !pair.ends[1 - end].open && pair.joined {
            pair.ends[end].reset_at.get_or_insert(now);
        }
    }

    /// What the writer of `end` may do with so many bytes.
    pub(crate) fn begin_write(
        &mut self,
        index: usize,
        end: usize,
        now: u64,
        bytes: usize,
        waker: &Waker,
    ) -> WriteStep {
        if self.pairs[index].as_ref().is_some_and(|pair| pair.ends[end].spoke_to_nobody) {
            self.answer_nobody(index, end, now);
        }
        let Some(pair) = self.pairs[index].as_mut() else { return WriteStep::Reset };
        let look_again = pair.ends[end].reset_at;
        if look_again.is_some_and(|moment| moment <= now) {
            return WriteStep::Reset;
        }
        let nobody = !pair.ends[1 - end].open && pair.joined || pair.ends[1 - end].vanished.is_some();
        let flow = &mut pair.flows[end];
        if flow.fin_at.is_some() {
            return WriteStep::Closed;
        }
        let room = flow.room(pair.window);
        if room == 0 && bytes > 0 {
            flow.writer = Some(waker.clone());
            return WriteStep::Wait(look_again);
        }
        let mut count = bytes.min(usize::try_from(room).unwrap_or(usize::MAX));
        if count > 1 && self.shorts.chance(self.short_io) {
            count = self.shorts.index(count) + 1;
        }
        if nobody { WriteStep::Void(count) } else { WriteStep::Send(count) }
    }

    /// The writer of `end` sent so many bytes, or sent them nowhere.
    pub(crate) fn sent(&mut self, index: usize, end: usize, now: u64, bytes: usize, nowhere: bool) {
        let Some(pair) = self.pairs[index].as_mut() else { return };
        let (here, there) = (pair.ends[end].node, pair.ends[1 - end].node);
        let flow = &mut pair.flows[end];
        let begin = flow.written;
        flow.written += bytes as u64;
        let delay = self.links.get(&(here, there)).map_or(LinkDelay::default(), |link| link.delay);
        let last = flow.late.back().map_or(0, |(_, moment)| *moment);
        if delay.most_us > 0 || last > now {
            let least = u64::from(delay.least_us.min(delay.most_us));
            let extra = 1_000 * self.delays.range(least, u64::from(delay.most_us));
            flow.late.push_back((begin, last.max(now + extra)));
        }
        if nowhere {
            pair.ends[end].spoke_to_nobody = true;
            self.answer_nobody(index, end, now);
        }
    }

    pub(crate) fn add_rule(&mut self, rule: RpcRule) -> RpcId {
        self.rules.add(rule)
    }

    pub(crate) fn release(&mut self, id: RpcId) {
        if let Some(rule) = self.rules.get_mut(id) {
            rule.released = true;
        }
        self.changed();
    }

    pub(crate) fn release_all(&mut self) {
        self.rules.release_all();
        self.changed();
    }
}

impl Bound {
    pub(crate) fn ticket(&self) -> u64 {
        self.ticket
    }
}

impl Net {
    /// The node at the connecting end, once both ends have met.
    pub(crate) fn peer(&self, index: usize) -> Option<NodeId> {
        let pair = self.pairs.get(index)?.as_ref()?;
        pair.joined.then_some(pair.ends[0].node)
    }
}

#[cfg(test)]
#[path = "net_tests.rs"]
mod tests;
