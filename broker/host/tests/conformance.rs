//! The real backend keeps the contract of the seam.

use std::sync::Arc;
use tribunal_env::{
    BoxFuture, Env, Level,
    conformance::{self, Node, World},
};
use tribunal_host::{Host, runtime};

struct RealWorld {
    runtime: tokio::runtime::Runtime,
    env: Env,
    directory: tempfile::TempDir,
}

impl World for RealWorld {
    fn env(&self, _node: Node) -> Env {
        self.env.clone()
    }

    fn start(&self, _node: Node, future: BoxFuture<'static, ()>) {
        self.runtime.spawn(future);
    }

    fn host(&self, _node: Node) -> String {
        "127.0.0.1".to_owned()
    }

    fn directory(&self, node: Node) -> String {
        let path = self.directory.path().join(format!("{node:?}"));
        std::fs::create_dir_all(&path).expect("a temporary directory can be written to");
        path.to_str().expect("temporary paths are UTF-8").to_owned()
    }
}

#[test]
fn the_real_backend_keeps_the_contract() {
    keeps_the_contract(|host| host);
}

#[test]
fn files_that_lose_their_descriptors_meanwhile_keep_it_too() {
    keeps_the_contract(|host| host.with_descriptors_max(0));
}

fn keeps_the_contract(change: impl FnOnce(Host) -> Host) {
    let runtime = runtime().expect("threads can be had");
    let env = change(Host::new(runtime.handle().clone(), Level::Error)).into_env();
    let driver = runtime.handle().clone();
    let directory = tempfile::tempdir().expect("a temporary directory can be made");
    let world: Arc<dyn World> = Arc::new(RealWorld { runtime, env, directory });
    driver.block_on(conformance::all(&world));
}
