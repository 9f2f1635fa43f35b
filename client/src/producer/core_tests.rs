//! The producer's rules against a model of brokers and of a network that loses, delays and repeats.
//!
//! The model appends as Kafka does: the last five batches of a producer are recognised, anything else must come
//! next; a raised epoch starts at 0; a producer that is not known may start anywhere but on an empty partition.
//! Requests whose connection broke may still be appended much later, as a real socket's backlog is.

use super::{
    core::{Core, CoreConfig, Fields, NotTaken, ToSend},
    outcome::{Appended, AttemptError, Delivery, Outcome, OutcomeClass, Stamp},
    partition::{Content, Identity},
};
use crate::{Leader, NodeId, RequestError};
use proptest::{prelude::*, strategy::ValueTree};
use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
    time::Duration,
};
use tribunal_env::Instant;
use tribunal_wire::{
    batch::Batch,
    compression::Codec,
    error::ErrorCode,
    types::{Offset, ProducerEpoch, ProducerId, Sequence, TopicId},
};

const PARTITIONS: i32 = 2;
const NODE: NodeId = NodeId(1);

#[derive(Debug, Clone, Copy)]
enum Op {
    Append(i32),
    Advance(u64),
    /// The broker takes the next request, and perhaps answers some of it with this error.
    Process(Option<Fault>),
    /// The oldest answer arrives.
    Answer,
    /// The connection breaks; the broker may still get what it has not taken yet, or not.
    Break {
        arrives_later: bool,
    },
    /// The broker takes the next request of a broken connection.
    Straggle,
    /// The request never leaves.
    Unsent,
    Recreate,
}

#[derive(Debug, Clone, Copy)]
enum Fault {
    NotEnoughReplicas,
    NotEnoughReplicasAfterAppend,
    NotLeader,
    TooLarge,
    Unlisted,
}

/// How often what had to happen in some run did.
#[derive(Debug, Default)]
struct Marks {
    done: u32,
    not_done: u32,
    unknown: u32,
    duplicates_answered: u32,
    out_of_order: u32,
    epochs_raised: u32,
    stragglers_fenced: u32,
    stragglers_appended: u32,
    sequence_wrapped: u32,
}

impl Marks {
    fn counts(&self) -> [u32; 9] {
        [
            self.done,
            self.not_done,
            self.unknown,
            self.duplicates_answered,
            self.out_of_order,
            self.epochs_raised,
            self.stragglers_fenced,
            self.stragglers_appended,
            self.sequence_wrapped,
        ]
    }

    fn add(&mut self, other: &Marks) {
        self.done += other.done;
        self.not_done += other.not_done;
        self.unknown += other.unknown;
        self.duplicates_answered += other.duplicates_answered;
        self.out_of_order += other.out_of_order;
        self.epochs_raised += other.epochs_raised;
        self.stragglers_fenced += other.stragglers_fenced;
        self.stragglers_appended += other.stragglers_appended;
        self.sequence_wrapped += other.sequence_wrapped;
    }
}

#[derive(Default)]
struct Log {
    values: Vec<u32>,
    producers: BTreeMap<i64, Known>,
}

struct Known {
    epoch: i16,
    /// First and last sequence number and offset of the last five batches.
    batches: VecDeque<(i32, i32, i64)>,
}

impl Log {
    fn append(&mut self, batch: &Batch, marks: &mut Marks) -> Result<i64, ErrorCode> {
        let header = &batch.header;
        let (first, last) = (header.base_sequence, header.last_sequence());
        if header.producer_id.0 >= 0 {
            let epoch = header.producer_epoch.0;
            match self.producers.get(&header.producer_id.0) {
                Some(known) if known.epoch > epoch => return Err(ErrorCode::InvalidProducerEpoch),
                Some(known) if known.epoch == epoch => {
                    let same = known.batches.iter().find(|(f, l, _)| (*f, *l) == (first, last));
                    if let Some((_, _, offset)) = same {
                        marks.duplicates_answered += 1;
                        return Ok(*offset);
                    }
                    let last_known = known.batches.back().expect("a known producer appended").1;
                    if Sequence(last_known).next() != Sequence(first) {
                        return Err(ErrorCode::OutOfOrderSequenceNumber);
                    }
                    marks.sequence_wrapped += u32::from(last < first || last_known > first);
                }
                Some(_) if first != 0 => return Err(ErrorCode::OutOfOrderSequenceNumber),
                Some(_) => marks.epochs_raised += 1,
                None if first != 0 && self.values.is_empty() => {
                    return Err(ErrorCode::OutOfOrderSequenceNumber);
                }
                None => {}
            }
        }
        let offset = self.values.len() as i64;
        let records = batch.records(1 << 20).expect("we built it");
        for record in records.iter() {
            let value = record.expect("we built it").value.expect("each has one");
            self.values.push(u32::from_be_bytes(value.try_into().expect("four bytes")));
        }
        if header.producer_id.0 >= 0 {
            let known = self
                .producers
                .entry(header.producer_id.0)
                .or_insert(Known { epoch: header.producer_epoch.0, batches: VecDeque::new() });
            if known.epoch != header.producer_epoch.0 {
                *known = Known { epoch: header.producer_epoch.0, batches: VecDeque::new() };
            }
            known.batches.push_back((first, last, offset));
            if known.batches.len() > 5 {
                known.batches.pop_front();
            }
        }
        Ok(offset)
    }
}

type Answers = Vec<Result<Appended, AttemptError>>;

struct World {
    core: Core,
    now: Instant,
    /// Logs of every incarnation of the topic, the present one last.
    logs: Vec<[Log; PARTITIONS as usize]>,
    /// Requests on the connection, with the answers of those that the broker has taken.
    wire: VecDeque<(ToSend, Option<Answers>)>,
    /// What a broken connection still holds: partition, incarnation, batch.
    stragglers: VecDeque<Vec<(i32, u8, Batch)>>,
    deliveries: Vec<(i32, u32, Delivery)>,
    next_value: u32,
    next_producer_id: i64,
    /// The epoch that new producer ids come with.
    first_epoch: i16,
    written_before: bool,
    idempotent: bool,
    marks: Marks,
}

impl World {
    fn new(setting: Setting) -> World {
        let Setting { idempotent, in_flight_max, first_sequence, first_epoch, written_before } = setting;
        let config = CoreConfig {
            batch_bytes: 200,
            linger: Duration::from_millis(3),
            codec: Codec::None,
            compression_level: None,
            acknowledged: true,
            idempotent,
            in_flight_max,
            request_bytes_max: 1000,
            buffer_bytes_max: 4000,
            delivery_timeout: Duration::from_millis(400),
            retries_max: u32::MAX,
            retry_backoff_min: Duration::from_millis(2),
            retry_backoff_max: Duration::from_millis(16),
            first_sequence: Sequence(first_sequence),
        };
        let mut world = World {
            core: Core::new(config),
            now: Instant::from_nanos(1),
            logs: vec![Default::default()],
            wire: VecDeque::new(),
            stragglers: VecDeque::new(),
            deliveries: Vec::new(),
            next_value: 1,
            next_producer_id: 1,
            first_epoch,
            written_before: written_before || first_sequence != 0,
            idempotent,
            marks: Marks::default(),
        };
        world.write_first();
        world
    }

    /// Any first number is taken only where something was written before.
    fn write_first(&mut self) {
        if self.written_before {
            for log in self.logs.last_mut().expect("there is one") {
                log.values.push(0);
            }
        }
    }

    fn incarnation(&self) -> u8 {
        u8::try_from(self.logs.len()).expect("few incarnations")
    }

    fn step(&mut self, op: Op) {
        match op {
            Op::Append(partition) => self.append(partition),
            Op::Advance(millis) => {
                self.now = self.now + Duration::from_millis(millis);
                self.core.expire(self.now);
            }
            Op::Process(fault) => self.process(fault),
            Op::Answer => self.answer(),
            Op::Break { arrives_later } => self.break_connection(arrives_later),
            Op::Straggle => self.straggle(),
            Op::Unsent => {
                if self.wire.back().is_some_and(|(_, answers)| answers.is_none()) {
                    let (request, _) = self.wire.pop_back().expect("it was just seen");
                    self.end(request, |_| AttemptError::Request(RequestError::NotSent("test".into())));
                }
            }
            Op::Recreate => {
                if self.logs.len() < 4 {
                    self.logs.push(Default::default());
                    self.write_first();
                }
            }
        }
        self.drain();
    }

    fn append(&mut self, partition: i32) {
        let value = self.next_value;
        let bytes = value.to_be_bytes();
        let fields = Fields { key: None, value: Some(&bytes), headers: &[], timestamp: 5 };
        match self.core.append(self.now, &Arc::from("t"), partition, fields) {
            Ok((delivery, _)) => {
                self.next_value += 1;
                self.deliveries.push((partition, value, delivery));
            }
            Err(NotTaken::BufferFull) => {}
            Err(NotTaken::TooLarge) => panic!("small records fit"),
        }
    }

    fn drain(&mut self) {
        let leader = Leader { node: NODE, epoch: 0, topic_id: TopicId([self.incarnation(); 16]) };
        let (requests, wants) = self.core.drain(self.now, |_| Some(leader));
        if wants.identity {
            let epoch = ProducerEpoch(self.first_epoch);
            let identity = Identity { id: ProducerId(self.next_producer_id), epoch };
            self.next_producer_id += 1;
            self.core.identity_given(identity);
        }
        for mut request in requests {
            for sent in &mut request.batches {
                let mut batch = match std::mem::replace(&mut sent.content, Content::Away) {
                    Content::Collected(builder) => builder.build(),
                    Content::Built(batch) => batch,
                    Content::Away => panic!("what is sent has content"),
                };
                assert_eq!(sent.stamp.is_some(), self.idempotent);
                if let Some(Stamp { producer_id, producer_epoch, base_sequence }) = sent.stamp {
                    batch.header.producer_id = producer_id;
                    batch.header.producer_epoch = producer_epoch;
                    batch.header.base_sequence = base_sequence.0;
                    batch.seal();
                }
                sent.content = Content::Built(batch);
                self.core.attempt_begins(sent.slot, sent.ordinal, NODE, 0, 13);
            }
            self.wire.push_back((request, None));
        }
    }

    fn process(&mut self, fault: Option<Fault>) {
        let Some(index) = self.wire.iter().position(|(_, answers)| answers.is_none()) else { return };
        let (request, _) = &self.wire[index];
        let mut answers = Answers::new();
        for (place, sent) in request.batches.iter().enumerate() {
            let Content::Built(batch) = &sent.content else { panic!("it was built") };
            let partition = usize::try_from(sent.partition.partition).expect("small");
            let faulty = fault.filter(|_| place == 0);
            let refused = match faulty {
                Some(Fault::NotEnoughReplicas) => Some(ErrorCode::NotEnoughReplicas.code()),
                Some(Fault::NotLeader) => Some(ErrorCode::NotLeaderOrFollower.code()),
                Some(Fault::TooLarge) => Some(ErrorCode::MessageTooLarge.code()),
                Some(Fault::Unlisted) => Some(9999),
                Some(Fault::NotEnoughReplicasAfterAppend) | None => None,
            };
            let wrong_topic = sent.leader.topic_id != TopicId([self.incarnation(); 16]);
            answers.push(if let Some(code) = refused {
                Err(AttemptError::Answered(code))
            } else if wrong_topic {
                Err(AttemptError::Answered(ErrorCode::UnknownTopicId.code()))
            } else {
                let logs = self.logs.last_mut().expect("there is one");
                match logs[partition].append(batch, &mut self.marks) {
                    Err(error) => {
                        self.marks.out_of_order += u32::from(error == ErrorCode::OutOfOrderSequenceNumber);
                        Err(AttemptError::Answered(error.code()))
                    }
                    Ok(_) if faulty.is_some() => {
                        Err(AttemptError::Answered(ErrorCode::NotEnoughReplicasAfterAppend.code()))
                    }
                    Ok(offset) => Ok(Appended { base_offset: Some(Offset(offset)), log_append_time: None }),
                }
            });
        }
        self.wire[index].1 = Some(answers);
    }

    fn answer(&mut self) {
        if self.wire.front().is_none_or(|(_, answers)| answers.is_none()) {
            return;
        }
        let (request, answers) = self.wire.pop_front().expect("it was just seen");
        let answers = answers.expect("it was just seen");
        self.core.request_ended(NODE, request.batches.into_iter().zip(answers), self.now);
    }

    fn break_connection(&mut self, arrives_later: bool) {
        while let Some((request, answers)) = self.wire.pop_front() {
            if arrives_later && answers.is_none() {
                let straggler = request.batches.iter().map(|sent| {
                    let Content::Built(batch) = &sent.content else { panic!("it was built") };
                    (sent.partition.partition, sent.leader.topic_id.0[0], batch.clone())
                });
                self.stragglers.push_back(straggler.collect());
            }
            self.end(request, |_| AttemptError::Request(RequestError::Disconnected("test".into())));
        }
    }

    fn end(&mut self, request: ToSend, error: impl Fn(usize) -> AttemptError) {
        let ended = request.batches.into_iter().enumerate().map(|(index, sent)| (sent, Err(error(index))));
        self.core.request_ended(NODE, ended, self.now);
    }

    fn straggle(&mut self) {
        let Some(batches) = self.stragglers.pop_front() else { return };
        for (partition, incarnation, batch) in batches {
            if incarnation != self.incarnation() {
                continue;
            }
            let logs = self.logs.last_mut().expect("there is one");
            let log = &mut logs[usize::try_from(partition).expect("small")];
            match log.append(&batch, &mut self.marks) {
                Err(ErrorCode::InvalidProducerEpoch) => self.marks.stragglers_fenced += 1,
                Ok(_) => self.marks.stragglers_appended += 1,
                Err(_) => {}
            }
        }
    }

    /// Lets everything come to an end on a network that is well.
    fn settle(&mut self) {
        for _ in 0..200 {
            self.step(Op::Advance(5));
            while !self.wire.is_empty() {
                self.step(Op::Process(None));
                self.step(Op::Answer);
            }
        }
        while !self.stragglers.is_empty() {
            self.straggle();
        }
    }

    fn judge(&mut self) {
        assert_eq!(self.core.buffered_bytes(), 0, "the account is even");
        let copies = |partition: i32, value: u32| {
            let partition = usize::try_from(partition).expect("small");
            let in_log = |logs: &[Log; 2]| logs[partition].values.iter().filter(|v| **v == value).count();
            self.logs.iter().map(in_log).sum::<usize>()
        };
        for (partition, value, delivery) in &self.deliveries {
            let report = delivery.try_report().expect("every record has a fate");
            let copies = copies(*partition, *value);
            match report.outcome {
                Outcome::Done { offset, .. } => {
                    self.marks.done += 1;
                    let offset = offset.expect("the model always tells").0;
                    let place = usize::try_from(offset).expect("offsets are not negative");
                    let log = usize::try_from(*partition).expect("small");
                    let there = |logs: &[Log; 2]| logs[log].values.get(place) == Some(value);
                    assert!(self.logs.iter().any(there), "{value} is where it was said to be");
                }
                Outcome::NotDone(reason) => {
                    self.marks.not_done += 1;
                    assert_eq!(copies, 0, "{value} is not there: {reason}");
                    assert_ne!(report.batch.worst_attempt, Some(OutcomeClass::Unknown));
                }
                Outcome::Unknown(_) => self.marks.unknown += 1,
            }
            let most = if self.idempotent { 1 } else { report.batch.attempts as usize };
            assert!(copies <= most, "{value} is there {copies} times");
        }
        if self.idempotent {
            for log in self.logs.iter().flatten() {
                assert!(log.values.windows(2).all(|pair| pair[0] < pair[1]), "{:?}", log.values);
            }
        }
    }
}

#[derive(Debug, Clone, Copy)]
struct Setting {
    idempotent: bool,
    in_flight_max: usize,
    first_sequence: i32,
    first_epoch: i16,
    /// Others wrote to the partitions before.
    written_before: bool,
}

fn run(setting: Setting, ops: &[Op]) -> Marks {
    let mut world = World::new(setting);
    for op in ops {
        world.step(*op);
    }
    world.settle();
    world.judge();
    world.marks
}

fn fault() -> impl Strategy<Value = Fault> {
    prop_oneof![
        4 => Just(Fault::NotEnoughReplicas),
        4 => Just(Fault::NotEnoughReplicasAfterAppend),
        4 => Just(Fault::NotLeader),
        1 => Just(Fault::TooLarge),
        1 => Just(Fault::Unlisted),
    ]
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        40 => (0..PARTITIONS).prop_map(Op::Append),
        12 => (1..6u64).prop_map(Op::Advance),
        1 => (100..500u64).prop_map(Op::Advance),
        20 => Just(Op::Process(None)),
        4 => fault().prop_map(|fault| Op::Process(Some(fault))),
        20 => Just(Op::Answer),
        3 => any::<bool>().prop_map(|arrives_later| Op::Break { arrives_later }),
        4 => Just(Op::Straggle),
        2 => Just(Op::Unsent),
        1 => Just(Op::Recreate),
    ]
}

fn idempotent() -> impl Strategy<Value = Setting> {
    let first_sequence = prop_oneof![3 => Just(0), 1 => i32::MAX - 30..i32::MAX];
    (1..=5usize, first_sequence, any::<bool>()).prop_map(|(in_flight_max, first_sequence, written_before)| {
        Setting { idempotent: true, in_flight_max, first_sequence, first_epoch: 0, written_before }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(500) })]

    #[test]
    fn an_idempotent_producer_is_honest_in_order_and_never_double(
        setting in idempotent(),
        ops in prop::collection::vec(op(), 0..400),
    ) {
        run(setting, &ops);
    }

    /// A raised epoch fences what the last one left behind; a new producer id cannot. So nothing is left behind here.
    #[test]
    fn the_last_epoch_is_followed_by_a_new_producer_id(
        setting in idempotent(),
        mut ops in prop::collection::vec(op(), 0..400),
    ) {
        for op in &mut ops {
            if let Op::Break { arrives_later } = op {
                *arrives_later = false;
            }
        }
        run(Setting { first_epoch: i16::MAX - 2, ..setting }, &ops);
    }

    #[test]
    fn a_plain_producer_is_honest(
        in_flight_max in 1..=5usize,
        ops in prop::collection::vec(op(), 0..400),
    ) {
        let setting = Setting {
            idempotent: false,
            in_flight_max,
            first_sequence: 0,
            first_epoch: 0,
            written_before: false,
        };
        run(setting, &ops);
    }
}

#[test]
fn the_model_reaches_what_it_is_there_for() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let strategy = (prop::collection::vec(op(), 300..400), idempotent());
    let mut total = Marks::default();
    for _ in 0..500 {
        let (ops, setting) = strategy.new_tree(&mut runner).expect("it always has a value").current();
        total.add(&run(setting, &ops));
    }
    let counts = total.counts();
    assert!(counts.iter().all(|count| *count > 10), "{total:?}");
}

const WRITTEN_BEFORE: Setting =
    Setting { idempotent: true, in_flight_max: 5, first_sequence: 0, first_epoch: 0, written_before: true };

/// Appends a record and lets its batch leave.
fn send_one(world: &mut World) {
    world.step(Op::Append(0));
    world.step(Op::Advance(4));
}

#[test]
fn nothing_overtakes_the_first_batch_of_a_producer_that_the_leader_does_not_know() {
    let mut world = World::new(WRITTEN_BEFORE);
    send_one(&mut world);
    send_one(&mut world);
    assert_eq!(world.wire.len(), 1, "the second waits for the first to be acknowledged");
    world.step(Op::Process(Some(Fault::NotEnoughReplicas)));
    world.step(Op::Answer);
    world.settle();
    world.judge();
    assert_eq!(world.logs[0][0].values, [0, 1, 2]);
}

#[test]
fn retries_leave_lowest_first_and_one_at_a_time() {
    let mut world = World::new(WRITTEN_BEFORE);
    send_one(&mut world);
    world.step(Op::Process(None));
    world.step(Op::Answer);
    for _ in 0..3 {
        send_one(&mut world);
    }
    assert_eq!(world.wire.len(), 3, "batches are pipelined once the leader knows the producer");
    world.step(Op::Break { arrives_later: false });
    world.step(Op::Advance(20));
    let (request, _) = world.wire.front().expect("the retry");
    assert_eq!((world.wire.len(), request.batches[0].ordinal), (1, 1));
    world.settle();
    world.judge();
    assert_eq!(world.marks.out_of_order, 0);
    assert_eq!(world.logs[0][0].values, [0, 1, 2, 3, 4]);
}
