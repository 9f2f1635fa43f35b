//! `meta.properties`: which node of which cluster a log directory belongs to.
//!
//! The file is Kafka's, version 1, in the form of Java's properties. It is written once, when a directory is first
//! used, and read at each start; a directory that belongs to somebody else is refused with a sentence that says
//! what to do.
//!
//! Leaves out: the file itself; the store reads and writes it.

use tribunal_wire::types::TopicId;

/// The file's name.
pub const FILE_NAME: &str = "meta.properties";

/// What the file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetaProperties {
    /// `node.id`.
    pub node_id: i32,
    /// `cluster.id`.
    pub cluster_id: String,
    /// `directory.id`, which other nodes know the directory by; zero in files that have none.
    pub directory_id: TopicId,
}

impl MetaProperties {
    /// Reads the file's text. The error is a sentence without its subject.
    pub fn parse(text: &str) -> Result<MetaProperties, String> {
        let mut version = None;
        let (mut node_id, mut cluster_id, mut directory_id) = (None, None, TopicId::ZERO);
        for line in text.lines().map(str::trim) {
            if line.is_empty() || line.starts_with(['#', '!']) {
                continue;
            }
            let (key, value) = line
                .split_once(['=', ':'])
                .ok_or_else(|| format!("contains the line `{line}`, which is no property"))?;
            let (key, value) = (key.trim(), value.trim().replace('\\', ""));
            match key {
                "version" => version = Some(value),
                "node.id" => {
                    let id = value.parse().ok().filter(|id: &i32| *id >= 0);
                    node_id =
                        Some(id.ok_or_else(|| format!("names the node.id `{value}`, which is no node's"))?);
                }
                "cluster.id" => cluster_id = Some(value),
                "directory.id" => {
                    directory_id = TopicId::parse(&value)
                        .ok_or_else(|| format!("names the directory.id `{value}`, which is no id"))?;
                }
                // Kafka keeps what it does not know as well; nothing here depends on it.
                _ => {}
            }
        }
        match version.as_deref() {
            Some("1") => {}
            Some("0") => {
                return Err("is of version 0: it was written by a broker that used ZooKeeper".to_owned());
            }
            Some(other) => return Err(format!("is of version {other}; this broker reads version 1")),
            None => return Err("names no version".to_owned()),
        }
        let node_id = node_id.ok_or("names no node.id")?;
        let cluster_id = cluster_id.filter(|id| !id.is_empty()).ok_or("names no cluster.id")?;
        Ok(MetaProperties { node_id, cluster_id, directory_id })
    }

    /// The file's text.
    #[must_use]
    pub fn to_text(&self) -> String {
        let MetaProperties { node_id, cluster_id, directory_id } = self;
        format!("#\nnode.id={node_id}\ndirectory.id={directory_id}\nversion=1\ncluster.id={cluster_id}\n")
    }

    /// Whether the directory is this node's. The error says what to do.
    pub fn check(&self, directory: &str, node_id: i32, cluster_id: Option<&str>) -> Result<(), String> {
        if self.node_id != node_id {
            return Err(format!(
                "{directory} belongs to node {}, and this is node {node_id}: set node.id={}, or set log.dirs to \
                 this node's own directory",
                self.node_id, self.node_id
            ));
        }
        match cluster_id {
            Some(expected) if expected != self.cluster_id => Err(format!(
                "{directory} belongs to cluster {}, and this node to cluster {expected}: set log.dirs to a \
                 directory of that cluster, or to a new one",
                self.cluster_id
            )),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KAFKAS: &str = "#\n#Sun Nov 22 19:43:14 UTC 2026\nnode.id=1\ndirectory.id=d1TCIRVIPDaFuKklby10gA\n\
                          version=1\ncluster.id=VZVI6lq0SV2r-fXxz316lA\n";

    #[test]
    fn kafkas_file_is_read_and_ours_reads_the_same() {
        let read = MetaProperties::parse(KAFKAS).expect("Kafka wrote it");
        assert_eq!((read.node_id, read.cluster_id.as_str()), (1, "VZVI6lq0SV2r-fXxz316lA"));
        assert_eq!(read.directory_id.to_string(), "d1TCIRVIPDaFuKklby10gA");
        assert_eq!(MetaProperties::parse(&read.to_text()), Ok(read));
    }

    #[test]
    fn foreign_content_is_refused() {
        for (text, part) in [
            ("", "no version"),
            ("version=0\nbroker.id=1\n", "ZooKeeper"),
            ("version=7\n", "version 7"),
            ("version=1\ncluster.id=x\n", "no node.id"),
            ("version=1\nnode.id=1\n", "no cluster.id"),
            ("version=1\nnode.id=-3\ncluster.id=x\n", "`-3`"),
            ("version=1\nnode.id=1\ncluster.id=x\ndirectory.id=short\n", "`short`"),
            ("\u{0}\u{1}garbage", "no property"),
        ] {
            let error = MetaProperties::parse(text).expect_err("foreign");
            assert!(error.contains(part), "{error}");
        }
    }

    #[test]
    fn another_nodes_directory_is_refused() {
        let read = MetaProperties::parse(KAFKAS).expect("Kafka wrote it");
        assert_eq!(read.check("d", 1, None), Ok(()));
        assert_eq!(read.check("d", 1, Some("VZVI6lq0SV2r-fXxz316lA")), Ok(()));
        assert!(read.check("d", 2, None).expect_err("node 1's").contains("set node.id=1"));
        assert!(read.check("d", 1, Some("other")).expect_err("another's").contains("cluster other"));
    }
}
