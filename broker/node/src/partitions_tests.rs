//! The table keeps in step with the metadata, whenever its task gets to run.

use super::*;
use tribunal_env::Level;
use tribunal_host::{Host, runtime};

#[test]
fn an_image_that_comes_before_the_keeper_s_first_turn_is_followed() {
    let runtime = runtime().expect("threads can be had");
    let env = Host::new(runtime.handle().clone(), Level::Error).into_env();
    let path = tempfile::tempdir().expect("a temporary directory");
    let path = path.path().to_string_lossy().into_owned();
    runtime.block_on(async {
        let (directory, _) = LogDirectory::open(&env, &path).await.expect("it opens");
        let keeper = Keeper {
            env: env.clone(),
            opener: Arc::new(Opener::new(&env, &directory)),
            found: None,
            unopened: BTreeMap::new(),
            undeleted: Vec::new(),
            static_configs: Configs::default(),
            node_id: 1,
            table: SharedTable::default(),
        };
        let first = Arc::new(Image::empty("trial"));
        let (publish, images) = watch::channel(first.clone());
        let (follow, mut followed) = watch::channel(first.offset());
        let (_stop, stopped) = watch::channel(false);
        let mut next = Image::empty("trial");
        next.set_offset(first.offset() + 1);
        publish.send(Arc::new(next));
        let _detached = env.spawn("partitions", keeper.run(first.clone(), images, follow, stopped));
        let reached = followed.wait_for(|offset| *offset > first.offset());
        let reached = env.timeout(Duration::from_secs(60), reached).await;
        assert_eq!(reached, Some(Ok(first.offset() + 1)));
    });
}
