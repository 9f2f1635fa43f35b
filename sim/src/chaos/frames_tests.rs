//! Frames are found however the bytes are cut, and nothing is changed that no rule chose.

use super::frames::{Effect, Fate, Frames, Header};
use proptest::prelude::*;

fn request(api_key: i16, correlation_id: i32, body: usize) -> Vec<u8> {
    let mut frame = Vec::new();
    frame.extend_from_slice(&u32::try_from(8 + body).expect("small").to_be_bytes());
    frame.extend_from_slice(&api_key.to_be_bytes());
    frame.extend_from_slice(&7_i16.to_be_bytes());
    frame.extend_from_slice(&correlation_id.to_be_bytes());
    frame.extend((0..body).map(|at| (at % 256) as u8));
    frame
}

fn pieces(stream: &[u8], cuts: &[usize]) -> Vec<Vec<u8>> {
    let mut cuts: Vec<usize> =
        cuts.iter().map(|cut| cut % (stream.len() + 1)).chain([0, stream.len()]).collect();
    cuts.sort_unstable();
    cuts.windows(2).map(|pair| stream[pair[0]..pair[1]].to_vec()).filter(|piece| !piece.is_empty()).collect()
}

proptest! {
    #[test]
    fn what_is_not_chosen_passes_unchanged(
        bodies in proptest::collection::vec(0..300_usize, 1..8),
        cuts in proptest::collection::vec(0..4_000_usize, 0..12),
        modes in proptest::collection::vec(any::<bool>(), 16),
    ) {
        let stream: Vec<u8> =
            bodies.iter().zip(0..).flat_map(|(body, number)| request(3, number, *body)).collect();
        let mut frames = Frames::requests();
        let mut seen = Vec::new();
        let mut headers = Vec::new();
        for (piece, plain) in pieces(&stream, &cuts).iter().zip(modes.iter().cycle()) {
            if *plain && frames.is_plain() {
                frames.follow(piece);
                seen.extend_from_slice(piece);
                continue;
            }
            let effect = frames.feed(piece, &mut |header| {
                headers.push(header.correlation_id);
                Fate::Pass
            });
            prop_assert_eq!(effect, Effect::None);
            seen.extend_from_slice(&frames.stash.split());
        }
        prop_assert_eq!(seen, stream);
        prop_assert!(frames.at_boundary());
        prop_assert_eq!(frames.whole, bodies.len() as u64);
        prop_assert!(headers.windows(2).all(|pair| pair[0] < pair[1]));
    }

    #[test]
    fn a_swallowed_frame_is_gone_whole(
        cuts in proptest::collection::vec(0..4_000_usize, 0..12),
        victim in 0..3_i32,
    ) {
        let all: Vec<Vec<u8>> = (0..3).map(|number| request(3, number, 40 + number as usize)).collect();
        let mut frames = Frames::requests();
        for piece in pieces(&all.concat(), &cuts) {
            let fate = &mut |header: Header| if header.correlation_id == victim { Fate::Swallow } else { Fate::Pass };
            prop_assert_eq!(frames.feed(&piece, fate), Effect::None);
        }
        let left: Vec<Vec<u8>> =
            all.iter().zip(0..).filter(|(_, number)| *number != victim).map(|(frame, _)| frame.clone()).collect();
        prop_assert_eq!(frames.stash.to_vec(), left.concat());
        prop_assert_eq!(frames.whole, 2);
    }

    #[test]
    fn a_held_frame_keeps_all_behind_it_back(cuts in proptest::collection::vec(0..4_000_usize, 0..6)) {
        let all: Vec<Vec<u8>> = (0..3).map(|number| request(3, number, 25)).collect();
        let mut frames = Frames::requests();
        let mut released = false;
        let mut waiting = Vec::new();
        for piece in pieces(&all.concat(), &cuts) {
            if !waiting.is_empty() {
                waiting.extend_from_slice(&piece);
                continue;
            }
            let effect = frames.feed(&piece, &mut |header| if header.correlation_id == 1 { Fate::Hold } else { Fate::Pass });
            if effect == Effect::Held {
                prop_assert_eq!(frames.stash.to_vec(), all[0].clone());
                waiting = std::mem::take(&mut frames.backlog);
                released = true;
            }
        }
        prop_assert!(released);
        prop_assert_eq!(frames.feed(&waiting, &mut |_| Fate::Pass), Effect::None);
        prop_assert_eq!(frames.stash.to_vec(), all.concat());
    }
}

#[test]
fn a_kept_frame_is_handed_on_and_remembered() {
    let (one, two) = (request(0, 5, 30), request(1, 6, 10));
    let mut frames = Frames::requests();
    let stream = [one.clone(), two.clone()].concat();
    let effect =
        frames.feed(&stream, &mut |header| if header.api_key == 0 { Fate::Keep } else { Fate::Pass });
    assert_eq!(effect, Effect::None);
    assert_eq!(frames.stash.to_vec(), stream);
    assert_eq!(frames.finished, [one]);
}

#[test]
fn a_cut_frame_ends_in_the_middle() {
    let mut frames = Frames::requests();
    let effect = frames.feed(&request(0, 5, 100), &mut |_| Fate::Cut);
    assert_eq!(effect, Effect::Reset);
    assert_eq!(frames.whole, 0);
    assert_eq!(frames.stash.len(), 12 + 50);
}

#[test]
fn what_is_no_frame_passes() {
    let mut frames = Frames::requests();
    let text = b"GET / HTTP/1.1\r\nHost: here\r\n\r\n";
    assert_eq!(frames.feed(text, &mut |_| unreachable!("no frame, no choice")), Effect::None);
    assert_eq!(frames.stash.to_vec(), text);
    assert!(!frames.at_boundary());
}
