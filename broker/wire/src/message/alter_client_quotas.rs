//! Generated from `schema/` by `tribunal-wire-generator`: API 49, AlterClientQuotas. Do not edit.

#![allow(missing_docs, reason = "the names are Kafka's own, explained in its documentation")]
#![allow(clippy::all, clippy::too_many_lines, unused_variables, reason = "generated")]


/// `AlterClientQuotasRequest` and its structures.
pub mod request {
    use crate::codec::{DecodeError, EncodeError, Message, Reader, Request, Writer};
    use crate::message::ApiKey;

    /// Kafka's `AlterClientQuotasRequest`, versions 0 to 1.
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct AlterClientQuotasRequest {
        pub entries: Vec<EntryData>,
        pub validate_only: bool,
    }

    impl Message for AlterClientQuotasRequest {
        const MIN_VERSION: i16 = 0;
        const MAX_VERSION: i16 = 1;
        const NAME: &'static str = "AlterClientQuotasRequest";

        fn is_flexible(version: i16) -> bool {
            version == 1
        }

        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
                return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
            }
            let flexible = version == 1;
            let message = Self {
                entries: reader.read_array(flexible, 3, |reader| EntryData::decode(reader, version))?,
                validate_only: reader.read_bool()?,
            };
            if flexible {
                reader.skip_tagged_fields()?;
            }
            Ok(message)
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
                return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
            }
            let flexible = version == 1;
            writer.put_array(&self.entries, flexible, |writer, element| element.encode(writer, version))?;
            writer.put_bool(self.validate_only);
            if flexible {
                writer.put_unsigned_varint(0);
            }
            Ok(())
        }
    }

    impl Request for AlterClientQuotasRequest {
        const API_KEY: ApiKey = ApiKey::AlterClientQuotas;
        type Response = crate::message::AlterClientQuotasResponse;
    }

    /// A structure of [`AlterClientQuotasRequest`].
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct EntryData {
        pub entity: Vec<EntityData>,
        pub ops: Vec<OpData>,
    }

    impl EntryData {
        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            let flexible = version == 1;
            let message = Self {
                entity: reader.read_array(flexible, 3, |reader| EntityData::decode(reader, version))?,
                ops: reader.read_array(flexible, 11, |reader| OpData::decode(reader, version))?,
            };
            if flexible {
                reader.skip_tagged_fields()?;
            }
            Ok(message)
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            let flexible = version == 1;
            writer.put_array(&self.entity, flexible, |writer, element| element.encode(writer, version))?;
            writer.put_array(&self.ops, flexible, |writer, element| element.encode(writer, version))?;
            if flexible {
                writer.put_unsigned_varint(0);
            }
            Ok(())
        }
    }

    /// A structure of [`AlterClientQuotasRequest`].
    #[derive(Debug, Clone, PartialEq)]
    pub struct EntityData {
        pub entity_type: String,
        pub entity_name: Option<String>,
    }

    impl Default for EntityData {
        fn default() -> EntityData {
            EntityData {
                entity_type: String::new(),
                entity_name: Some(String::new()),
            }
        }
    }

    impl EntityData {
        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            let flexible = version == 1;
            let message = Self {
                entity_type: reader.read_string(flexible)?,
                entity_name: reader.read_nullable_string(flexible)?,
            };
            if flexible {
                reader.skip_tagged_fields()?;
            }
            Ok(message)
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            let flexible = version == 1;
            writer.put_string(&self.entity_type, flexible)?;
            writer.put_nullable_string(self.entity_name.as_deref(), flexible)?;
            if flexible {
                writer.put_unsigned_varint(0);
            }
            Ok(())
        }
    }

    /// A structure of [`AlterClientQuotasRequest`].
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct OpData {
        pub key: String,
        pub value: f64,
        pub remove: bool,
    }

    impl OpData {
        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            let flexible = version == 1;
            let message = Self {
                key: reader.read_string(flexible)?,
                value: reader.read_f64()?,
                remove: reader.read_bool()?,
            };
            if flexible {
                reader.skip_tagged_fields()?;
            }
            Ok(message)
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            let flexible = version == 1;
            writer.put_string(&self.key, flexible)?;
            writer.put_f64(self.value);
            writer.put_bool(self.remove);
            if flexible {
                writer.put_unsigned_varint(0);
            }
            Ok(())
        }
    }
}

pub use request::AlterClientQuotasRequest;

/// `AlterClientQuotasResponse` and its structures.
pub mod response {
    use crate::codec::{DecodeError, EncodeError, Message, Reader, Writer};

    /// Kafka's `AlterClientQuotasResponse`, versions 0 to 1.
    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct AlterClientQuotasResponse {
        pub throttle_time_ms: i32,
        pub entries: Vec<EntryData>,
    }

    impl Message for AlterClientQuotasResponse {
        const MIN_VERSION: i16 = 0;
        const MAX_VERSION: i16 = 1;
        const NAME: &'static str = "AlterClientQuotasResponse";

        fn is_flexible(version: i16) -> bool {
            version == 1
        }

        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
                return Err(DecodeError::UnsupportedVersion { message: Self::NAME, version });
            }
            let flexible = version == 1;
            let message = Self {
                throttle_time_ms: reader.read_i32()?,
                entries: reader.read_array(flexible, 5, |reader| EntryData::decode(reader, version))?,
            };
            if flexible {
                reader.skip_tagged_fields()?;
            }
            Ok(message)
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            if !(Self::MIN_VERSION..=Self::MAX_VERSION).contains(&version) {
                return Err(EncodeError::UnsupportedVersion { message: Self::NAME, version });
            }
            let flexible = version == 1;
            writer.put_i32(self.throttle_time_ms);
            writer.put_array(&self.entries, flexible, |writer, element| element.encode(writer, version))?;
            if flexible {
                writer.put_unsigned_varint(0);
            }
            Ok(())
        }
    }

    /// A structure of [`AlterClientQuotasResponse`].
    #[derive(Debug, Clone, PartialEq)]
    pub struct EntryData {
        pub error_code: i16,
        pub error_message: Option<String>,
        pub entity: Vec<EntityData>,
    }

    impl Default for EntryData {
        fn default() -> EntryData {
            EntryData {
                error_code: 0,
                error_message: Some(String::new()),
                entity: Vec::new(),
            }
        }
    }

    impl EntryData {
        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            let flexible = version == 1;
            let message = Self {
                error_code: reader.read_i16()?,
                error_message: reader.read_nullable_string(flexible)?,
                entity: reader.read_array(flexible, 3, |reader| EntityData::decode(reader, version))?,
            };
            if flexible {
                reader.skip_tagged_fields()?;
            }
            Ok(message)
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            let flexible = version == 1;
            writer.put_i16(self.error_code);
            writer.put_nullable_string(self.error_message.as_deref(), flexible)?;
            writer.put_array(&self.entity, flexible, |writer, element| element.encode(writer, version))?;
            if flexible {
                writer.put_unsigned_varint(0);
            }
            Ok(())
        }
    }

    /// A structure of [`AlterClientQuotasResponse`].
    #[derive(Debug, Clone, PartialEq)]
    pub struct EntityData {
        pub entity_type: String,
        pub entity_name: Option<String>,
    }

    impl Default for EntityData {
        fn default() -> EntityData {
            EntityData {
                entity_type: String::new(),
                entity_name: Some(String::new()),
            }
        }
    }

    impl EntityData {
        fn decode(reader: &mut Reader, version: i16) -> Result<Self, DecodeError> {
            let flexible = version == 1;
            let message = Self {
                entity_type: reader.read_string(flexible)?,
                entity_name: reader.read_nullable_string(flexible)?,
            };
            if flexible {
                reader.skip_tagged_fields()?;
            }
            Ok(message)
        }

        fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError> {
            let flexible = version == 1;
            writer.put_string(&self.entity_type, flexible)?;
            writer.put_nullable_string(self.entity_name.as_deref(), flexible)?;
            if flexible {
                writer.put_unsigned_varint(0);
            }
            Ok(())
        }
    }
}

pub use response::AlterClientQuotasResponse;
