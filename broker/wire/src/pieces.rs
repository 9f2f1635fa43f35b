//! A byte field that may stand in several places in memory.
//!
//! Why so: a broker answers a fetch with batches as they were appended, each a slice of the request that brought it. Joining
//! them would copy all that is read.

use bytes::{Bytes, BytesMut};

/// Bytes in pieces, one behind the other. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Pieces(Held);

#[derive(Debug, Clone)]
enum Held {
    One(Bytes),
    Several(Vec<Bytes>),
}

impl Pieces {
    /// The pieces, in order.
    #[must_use]
    pub fn as_slices(&self) -> &[Bytes] {
        match &self.0 {
            Held::One(bytes) => std::slice::from_ref(bytes),
            Held::Several(pieces) => pieces,
        }
    }

    /// How many bytes there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.as_slices().iter().map(Bytes::len).sum()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.as_slices().iter().all(Bytes::is_empty)
    }

    /// The bytes in one piece. Copies them if there are several; what was decoded never has.
    #[must_use]
    pub fn into_bytes(self) -> Bytes {
        let bytes = self.len();
        match self.0 {
            Held::One(bytes) => bytes,
            Held::Several(mut pieces) if pieces.len() <= 1 => pieces.pop().unwrap_or_default(),
            Held::Several(pieces) => {
                let mut whole = BytesMut::with_capacity(bytes);
                pieces.iter().for_each(|piece| whole.extend_from_slice(piece));
                whole.freeze()
            }
        }
    }
}

impl Default for Pieces {
    fn default() -> Self {
        Pieces(Held::One(Bytes::new()))
    }
}

impl From<Bytes> for Pieces {
    fn from(bytes: Bytes) -> Self {
        Pieces(Held::One(bytes))
    }
}

impl From<Vec<Bytes>> for Pieces {
    fn from(pieces: Vec<Bytes>) -> Self {
        Pieces(Held::Several(pieces))
    }
}

/// The same bytes, wherever one piece ends.
impl PartialEq for Pieces {
    fn eq(&self, other: &Self) -> bool {
        if let (Held::One(one), Held::One(two)) = (&self.0, &other.0) {
            return one == two;
        }
        self.len() == other.len() && self.clone().into_bytes() == other.clone().into_bytes()
    }
}

impl Eq for Pieces {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_pieces_are_what_one_is() {
        let several = Pieces::from(vec![Bytes::from_static(b"ab"), Bytes::new(), Bytes::from_static(b"c")]);
        let one = Pieces::from(Bytes::from_static(b"abc"));
        assert_eq!(several, one);
        assert_eq!((several.len(), several.is_empty()), (3, false));
        assert_eq!(several.into_bytes(), one.into_bytes());
        assert!(Pieces::default().is_empty() && Pieces::from(Vec::new()).into_bytes().is_empty());
    }
}
