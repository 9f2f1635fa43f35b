//! Tasks: they run, they answer, they outlive their handle, and their panics can be caught.

use super::{Node, World, run};
use crate::{catch_panic, yield_now};
use std::{sync::Arc, time::Duration};
use tokio::sync::{Notify, mpsc, oneshot};

/// Every check of this module.
pub async fn all(world: &Arc<dyn World>) {
    a_task_gives_its_output(world).await;
    a_dropped_task_runs_on(world).await;
    spawn_does_not_run_the_task_inline(world).await;
    tasks_take_turns(world).await;
    many_tasks_all_run(world).await;
    a_panic_can_be_caught(world).await;
    wakes_cross_nodes(world).await;
}

/// The output of a task reaches whoever awaits it, from nested tasks too.
pub async fn a_task_gives_its_output(world: &Arc<dyn World>) {
    let env = world.env(Node::First);
    run(world, Node::First, async move {
        let inner = env.clone();
        let outer = env.spawn("outer", async move {
            let inner = inner.spawn("inner", async { 20 });
            inner.await.expect("the inner task runs") + 1
        });
        assert_eq!(outer.await, Ok(21));
    })
    .await;
}

/// Dropping a task's handle detaches the task.
pub async fn a_dropped_task_runs_on(world: &Arc<dyn World>) {
    let env = world.env(Node::First);
    run(world, Node::First, async move {
        let (sender, receiver) = oneshot::channel();
        let inner = env.clone();
        drop(env.spawn("detached", async move {
            inner.sleep(Duration::from_millis(3)).await;
            sender.send("still here").expect("the check waits");
        }));
        assert_eq!(receiver.await, Ok("still here"));
    })
    .await;
}

/// `spawn` returns before the task has finished: it may need what the caller does next.
pub async fn spawn_does_not_run_the_task_inline(world: &Arc<dyn World>) {
    let env = world.env(Node::First);
    run(world, Node::First, async move {
        let go = Arc::new(Notify::new());
        let waits = Arc::clone(&go);
        let task = env.spawn("waits", async move { waits.notified().await });
        go.notify_one();
        assert_eq!(task.await, Ok(()));
    })
    .await;
}

/// Two tasks that yield both make progress.
pub async fn tasks_take_turns(world: &Arc<dyn World>) {
    let env = world.env(Node::First);
    run(world, Node::First, async move {
        let (sender, mut turns) = mpsc::unbounded_channel();
        for name in [1, 2] {
            let sender = sender.clone();
            drop(env.spawn("turns", async move {
                for _ in 0..200 {
                    sender.send(name).expect("the check waits");
                    yield_now().await;
                }
            }));
        }
        drop(sender);
        let mut seen = [0, 0];
        while let Some(name) = turns.recv().await {
            let index: usize = name - 1;
            seen[index] += 1;
        }
        assert_eq!(seen, [200, 200]);
    })
    .await;
}

/// Many tasks at once all end.
pub async fn many_tasks_all_run(world: &Arc<dyn World>) {
    let env = world.env(Node::First);
    run(world, Node::First, async move {
        let tasks: Vec<_> = (0..500_u64)
            .map(|number| {
                let inner = env.clone();
                env.spawn("one of many", async move {
                    inner.sleep(Duration::from_millis(number % 5)).await;
                    number
                })
            })
            .collect();
        let mut sum = 0;
        for task in tasks {
            sum += task.await.expect("each task ends");
        }
        assert_eq!(sum, 499 * 500 / 2);
    })
    .await;
}

/// What runs under `catch_panic` reports its panic instead of ending the node.
pub async fn a_panic_can_be_caught(world: &Arc<dyn World>) {
    run(world, Node::First, async move {
        let caught: Result<(), String> = catch_panic(async { panic!("caught {}", 1 + 1) }).await;
        assert_eq!(caught, Err("caught 2".to_owned()));
        let after_a_wait: Result<(), String> = catch_panic(async {
            yield_now().await;
            panic!("later")
        })
        .await;
        assert_eq!(after_a_wait, Err("later".to_owned()));
        assert_eq!(catch_panic(async { 3 }).await, Ok(3));
    })
    .await;
}

/// A message from one node's task wakes a task of the other (as the harness of a simulation does).
pub async fn wakes_cross_nodes(world: &Arc<dyn World>) {
    let (there, mut at_second) = mpsc::channel::<u32>(1);
    let (back, mut at_first) = mpsc::channel::<u32>(1);
    let first = run(world, Node::First, async move {
        for number in 0..20 {
            there.send(number).await.expect("the other side listens");
            assert_eq!(at_first.recv().await, Some(number + 1));
        }
    });
    let second = run(world, Node::Second, async move {
        while let Some(number) = at_second.recv().await {
            back.send(number + 1).await.expect("the other side listens");
        }
    });
    tokio::join!(first, second);
}
