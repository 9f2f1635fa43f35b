//! Every message in every version: what the schema says is read, and written again to the same bytes.

use std::path::Path;

use bytes::Bytes;
use tribunal_wire::message::*;
use tribunal_wire::{DecodeError, EncodeError, Message, Reader, Writer, for_each_message};
use tribunal_wire_generator::sample::{Choices, Options, encoding};
use tribunal_wire_generator::schema::{self, File};

const SAMPLES_PER_VERSION: u64 = 40;

fn schema() -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    tribunal_wire_generator::load(&root.join("schema")).expect("the schema parses")
}

fn named<'a>(files: &'a [File], name: &str) -> &'a schema::Message {
    files.iter().flat_map(|file| &file.messages).find(|each| each.name == name).expect("it has code")
}

fn read<M: Message>(bytes: &[u8], version: i16) -> Result<M, DecodeError> {
    let mut reader = Reader::new(Bytes::copy_from_slice(bytes));
    let message = M::decode(&mut reader, version)?;
    reader.finish()?;
    Ok(message)
}

fn write<M: Message>(message: &M, version: i16) -> Result<Bytes, EncodeError> {
    let mut writer = Writer::new();
    message.encode(&mut writer, version)?;
    let bytes_count = writer.len();
    let bytes = writer.into_bytes();
    assert_eq!(bytes.len(), bytes_count);
    Ok(bytes)
}

fn check<M: Message>(files: &[File]) {
    let schema = named(files, M::NAME);
    assert_eq!((M::MIN_VERSION, M::MAX_VERSION), (schema.versions.lowest, schema.versions.highest));
    for version in M::MIN_VERSION..=M::MAX_VERSION {
        assert_eq!(M::is_flexible(version), schema.flexible.contains(version), "{} {version}", M::NAME);
        for seed in 0..SAMPLES_PER_VERSION {
            let place = format!("{} {version}, seed {seed}", M::NAME);
            let options = Options::default();
            let sample = encoding(schema, version, &mut Choices::new(seed), options);
            let message: M = read(&sample, version).unwrap_or_else(|error| panic!("{place}: {error}"));
            let written = write(&message, version).unwrap_or_else(|error| panic!("{place}: {error}"));
            assert_eq!(written, sample, "{place}: {message:?}");
            assert_eq!(read::<M>(&written, version).as_ref(), Ok(&message), "{place}");
            for cut in [sample.len() / 2, sample.len().saturating_sub(1)] {
                if cut < sample.len() {
                    assert!(read::<M>(&sample[..cut], version).is_err(), "{place}: cut at {cut}");
                }
            }
        }
        if let Ok(written) = write(&M::default(), version) {
            assert_eq!(read::<M>(&written, version), Ok(M::default()), "{} {version}", M::NAME);
        }
    }
    for version in [M::MIN_VERSION - 1, M::MAX_VERSION + 1] {
        assert!(write(&M::default(), version).is_err());
        assert!(read::<M>(&[0; 64], version).is_err());
    }
}

/// Unknown tagged fields are skipped: what is left encodes to what a reader of it encodes to.
fn check_unknown_tags<M: Message>(files: &[File]) {
    let schema = named(files, M::NAME);
    for version in M::MIN_VERSION..=M::MAX_VERSION {
        for seed in 0..SAMPLES_PER_VERSION / 4 {
            let place = format!("{} {version}, seed {seed}", M::NAME);
            let options = Options { unknown_tags: true, small: true };
            let sample = encoding(schema, version, &mut Choices::new(seed), options);
            let message: M = read(&sample, version).unwrap_or_else(|error| panic!("{place}: {error}"));
            let written = write(&message, version).unwrap_or_else(|error| panic!("{place}: {error}"));
            assert!(written.len() <= sample.len(), "{place}");
            assert_eq!(read::<M>(&written, version), Ok(message), "{place}");
        }
    }
}

#[test]
fn every_message_in_every_version_reads_and_writes_the_same_bytes() {
    let files = schema();
    let mut count = 0;
    macro_rules! all {
        ($($message:ident,)*) => {
            $(
                check::<$message>(&files);
                count += 1;
            )*
        };
    }
    for_each_message!(all);
    assert_eq!(count, files.iter().map(|file| file.messages.len()).sum::<usize>());
}

#[test]
fn unknown_tagged_fields_are_skipped() {
    let files = schema();
    macro_rules! all {
        ($($message:ident,)*) => {
            $(check_unknown_tags::<$message>(&files);)*
        };
    }
    for_each_message!(all);
}

#[test]
fn a_field_that_the_version_lacks_is_an_error_unless_it_may_be_missed() {
    let version_of_topic_ids = 13;
    let request = FetchRequest {
        topics: vec![fetch::FetchTopic { topic: "named".to_owned(), ..Default::default() }],
        rack_id: "ignorable".to_owned(),
        ..Default::default()
    };
    assert!(write(&request, version_of_topic_ids).is_ok());
    let request = FetchRequest { replica_id: 3, ..Default::default() };
    let error = EncodeError::FieldNotInVersion { field: "ReplicaId", version: 15 };
    assert_eq!(write(&request, 15), Err(error));
    assert!(write(&request, 14).is_ok());
    let request = FetchRequest {
        replica_state: fetch::ReplicaState { replica_id: 3, replica_epoch: 1 },
        ..Default::default()
    };
    assert!(write(&request, 15).is_ok());
    assert!(write(&request, 14).is_err());
    let request = MetadataRequest { topics: None, ..Default::default() };
    assert_eq!(write(&request, 0), Err(EncodeError::UnexpectedNull { field: "Topics", version: 0 }));
    assert!(write(&request, 1).is_ok());
}

#[test]
fn a_client_id_keeps_its_old_length_form() {
    let header = RequestHeader { client_id: Some("id".to_owned()), ..Default::default() };
    let written = write(&header, 2).expect("version 2 has all of it");
    assert_eq!(&written[8..], &[0, 2, b'i', b'd', 0]);
}
