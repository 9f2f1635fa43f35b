//! Frames: a length, a header, a body.
//!
//! Owns the rules around messages: four bytes of length with a bound, the header whose version follows from the API,
//! and the first fields of a request, which must be readable whatever follows, because an unknown API or version has
//! to be answered or the connection closed by the rules of each.
//!
//! Always holds: nothing is allocated for a frame before its length has passed [`frame_length`].

use bytes::Bytes;

use crate::codec::{DecodeError, EncodeError, Message, Reader, Request, Writer};
use crate::message::{ApiKey, RequestHeader, ResponseHeader};

/// How many bytes say how long a frame is.
pub const LENGTH_BYTES: usize = 4;

/// The frame's length is negative, or above what the receiver takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidFrameLength(pub i32);

/// The length of the frame behind these four bytes.
///
/// # Errors
/// When it is negative or above `bytes_max` (`socket.request.max.bytes`). The connection is of no more use then.
pub fn frame_length(prefix: [u8; LENGTH_BYTES], bytes_max: usize) -> Result<usize, InvalidFrameLength> {
    let length = i32::from_be_bytes(prefix);
    match usize::try_from(length) {
        Ok(bytes) if bytes <= bytes_max => Ok(bytes),
        _ => Err(InvalidFrameLength(length)),
    }
}

/// A request as it came: the header as far as it could be read, and the body not yet decoded.
#[derive(Debug, Clone)]
pub struct RequestFrame {
    /// The API key as a number.
    pub api_key: i16,
    /// The API, if the codec knows it.
    pub api: Option<ApiKey>,
    /// The version asked for. Nobody has checked it.
    pub api_version: i16,
    /// What the answer has to carry.
    pub correlation_id: i32,
    /// What the client calls itself.
    pub client_id: Option<String>,
    /// Stands at the body.
    pub body: Reader,
}

impl RequestFrame {
    /// Reads the header of a frame (without its length). An unknown API, or a version that the codec does not have,
    /// is no error here: `body` is then of little use, and the caller knows what to answer.
    ///
    /// # Errors
    /// When the header itself is malformed.
    pub fn parse(frame: Bytes) -> Result<RequestFrame, DecodeError> {
        let mut body = Reader::new(frame);
        let mut start = body.clone();
        let api_key = start.read_i16()?;
        let api_version = start.read_i16()?;
        let correlation_id = start.read_i32()?;
        let api = ApiKey::from_i16(api_key);
        let Some(known) = api.filter(|api| api.codec_versions().contains(&api_version)) else {
            // Every header goes on with the client id in the old form, so it can be named in a log.
            let client_id = start.read_nullable_string(false).unwrap_or(None);
            return Ok(RequestFrame { api_key, api, api_version, correlation_id, client_id, body: start });
        };
        let header = RequestHeader::decode(&mut body, known.request_header_version(api_version))?;
        Ok(RequestFrame { api_key, api, api_version, correlation_id, client_id: header.client_id, body })
    }

    /// Decodes the body as the request `R`, to its last byte.
    ///
    /// # Errors
    /// When it is not one.
    pub fn decode<R: Request>(&mut self) -> Result<R, DecodeError> {
        let request = R::decode(&mut self.body, self.api_version)?;
        self.body.finish()?;
        Ok(request)
    }
}

/// A request as pieces for one vectored write, its length in front. Key and version are the header's.
///
/// # Errors
/// When the version cannot carry the request.
pub fn encode_request<R: Request>(header: &RequestHeader, request: &R) -> Result<Vec<Bytes>, EncodeError> {
    let version = header.request_api_version;
    encode_request_with(R::API_KEY, header, |writer| request.encode(writer, version))
}

/// As [`encode_request`], for a body that the caller writes itself: records that lie in several pieces need no copy.
///
/// # Errors
/// When the version cannot carry the request.
pub fn encode_request_with(
    api: ApiKey,
    header: &RequestHeader,
    put_body: impl FnOnce(&mut Writer) -> Result<(), EncodeError>,
) -> Result<Vec<Bytes>, EncodeError> {
    let header_version = api.request_header_version(header.request_api_version);
    framed(|writer| {
        header.encode(writer, header_version)?;
        put_body(writer)
    })
}

/// A response as pieces for one vectored write, its length in front.
///
/// # Errors
/// When the version cannot carry the response.
pub fn encode_response<M: Message>(
    correlation_id: i32,
    header_version: i16,
    response: &M,
    version: i16,
) -> Result<Vec<Bytes>, EncodeError> {
    framed(|writer| {
        ResponseHeader { correlation_id }.encode(writer, header_version)?;
        response.encode(writer, version)
    })
}

/// Reads a response frame (without its length) to the request `R` in `version`: correlation id and body.
///
/// # Errors
/// When it is none.
pub fn decode_response<R: Request>(frame: Bytes, version: i16) -> Result<(i32, R::Response), DecodeError> {
    let mut reader = Reader::new(frame);
    let header = ResponseHeader::decode(&mut reader, R::API_KEY.response_header_version(version))?;
    let response = R::Response::decode(&mut reader, version)?;
    reader.finish()?;
    Ok((header.correlation_id, response))
}

fn framed(put: impl FnOnce(&mut Writer) -> Result<(), EncodeError>) -> Result<Vec<Bytes>, EncodeError> {
    let mut writer = Writer::with_capacity(256);
    writer.put_i32(0);
    put(&mut writer)?;
    let length = writer.len() - LENGTH_BYTES;
    let prefix = i32::try_from(length).map_err(|_| EncodeError::TooLong { length })?;
    writer.patch_i32(0, prefix);
    Ok(writer.into_pieces())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::{ApiVersionsRequest, ApiVersionsResponse, MetadataRequest, ProduceRequest, produce};

    fn header(api: ApiKey, version: i16) -> RequestHeader {
        RequestHeader {
            request_api_key: api.as_i16(),
            request_api_version: version,
            correlation_id: 7,
            client_id: Some("someone".to_owned()),
        }
    }

    fn joined(pieces: &[Bytes]) -> Bytes {
        let whole = pieces.concat();
        let prefix = [whole[0], whole[1], whole[2], whole[3]];
        assert_eq!(frame_length(prefix, whole.len()), Ok(whole.len() - 4));
        Bytes::from(whole).slice(4..)
    }

    #[test]
    fn lengths_have_bounds() {
        assert_eq!(frame_length([0, 0, 0, 9], 9), Ok(9));
        assert_eq!(frame_length([0, 0, 0, 9], 8), Err(InvalidFrameLength(9)));
        assert_eq!(frame_length([0xff; 4], usize::MAX), Err(InvalidFrameLength(-1)));
    }

    #[test]
    fn requests_and_responses_read_back() {
        let request = ApiVersionsRequest {
            client_software_name: "tribunal".to_owned(),
            client_software_version: "1".to_owned(),
            ..ApiVersionsRequest::default()
        };
        let pieces =
            encode_request(&header(ApiKey::ApiVersions, 3), &request).expect("version 3 has all of it");
        let mut frame = RequestFrame::parse(joined(&pieces)).expect("we wrote it");
        assert_eq!(frame.api, Some(ApiKey::ApiVersions));
        assert_eq!((frame.api_version, frame.correlation_id), (3, 7));
        assert_eq!(frame.client_id.as_deref(), Some("someone"));
        assert_eq!(frame.decode::<ApiVersionsRequest>(), Ok(request));

        let response = ApiVersionsResponse::default();
        let pieces = encode_response(7, 0, &response, 3).expect("a default can be written");
        let frame = joined(&pieces);
        assert_eq!(&frame[..4], &[0, 0, 0, 7]);
        assert_eq!(decode_response::<ApiVersionsRequest>(frame, 3), Ok((7, response)));
    }

    #[test]
    fn unknown_apis_and_versions_still_give_their_header() {
        for (key, version) in [(999, 0), (3, 99)] {
            let mut writer = Writer::new();
            let header = RequestHeader {
                request_api_key: key,
                request_api_version: version,
                ..header(ApiKey::Metadata, 0)
            };
            header.encode(&mut writer, 2).expect("version 2 has all of it");
            let mut frame = RequestFrame::parse(writer.into_bytes()).expect("the header is whole");
            assert_eq!((frame.api_key, frame.api_version, frame.correlation_id), (key, version, 7));
            assert_eq!(frame.client_id.as_deref(), Some("someone"));
            assert!(frame.decode::<MetadataRequest>().is_err());
        }
        assert!(RequestFrame::parse(Bytes::from_static(&[0, 1, 0])).is_err());
    }

    #[test]
    fn large_records_travel_without_a_copy() {
        let records = Bytes::from(vec![42; 100_000]);
        let request = ProduceRequest {
            acks: -1,
            topic_data: vec![produce::TopicProduceData {
                topic_id: [1; 16],
                partition_data: vec![produce::PartitionProduceData {
                    index: 1,
                    records: Some(records.clone().into()),
                }],
                ..Default::default()
            }],
            ..Default::default()
        };
        let pieces =
            encode_request(&header(ApiKey::Produce, 13), &request).expect("version 13 has all of it");
        assert_eq!(pieces.len(), 3);
        assert_eq!(pieces[1].as_ptr(), records.as_ptr());
        let frame = joined(&pieces);
        let place = frame.as_ptr_range();
        let read = RequestFrame::parse(frame).and_then(|mut frame| frame.decode::<ProduceRequest>());
        let read = read.expect("we wrote it");
        assert_eq!(read, request);
        let records = read.topic_data[0].partition_data[0].records.as_ref().expect("they were sent");
        assert!(place.contains(&records.as_slices()[0].as_ptr()));
    }
}
