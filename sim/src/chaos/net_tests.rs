//! The network's state without an engine: which ends belong together.

use super::*;

const CLIENT: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::new(192, 168, 0, 2)), 1);
const SERVER: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::new(192, 168, 0, 1)), 1);

/// A network with a server, which listens, and a client.
fn network() -> (Net, NodeId, NodeId, u64) {
    let mut net = Net::new(7, &Options::default());
    for name in ["world", "server", "client"] {
        net.add_node(name);
    }
    let (server, client) = (NodeId::at(1), NodeId::at(2));
    let ticket = listen(&mut net, server);
    (net, server, client, ticket)
}

/// Listens where the engine always listens.
fn listen(net: &mut Net, server: NodeId) -> u64 {
    let (port, ticket) = net.bind(server, 9092).expect("the port is free");
    net.bound_at(server, port, ticket, SERVER);
    ticket
}

fn connect(net: &mut Net, client: NodeId, server: NodeId, now: u64) -> usize {
    net.join((CLIENT, SERVER), Side::Connected, (client, server), now)
}

fn accept(net: &mut Net, server: NodeId, now: u64) -> usize {
    net.join((CLIENT, SERVER), Side::Accepted, (NodeId::WORLD, server), now)
}

fn read(net: &mut Net, index: usize, end: usize, now: u64) -> ReadStep {
    net.begin_read(index, end, now, 16, Waker::noop())
}

/// Both ends of the next connection meet, though it has the addresses of an earlier one.
fn next_one_meets(net: &mut Net, client: NodeId, server: NodeId, now: u64) {
    let connected = connect(net, client, server, now);
    assert_eq!(accept(net, server, now), connected, "the end that was accepted is the one that connected");
    assert_eq!(net.peer(connected), Some(client));
}

#[test]
fn a_connection_that_nobody_accepted_is_reset_with_its_listener() {
    let (mut net, server, client, ticket) = network();
    let first = connect(&mut net, client, server, 10);
    assert_eq!(read(&mut net, first, 0, 10), ReadStep::Idle(Some(10 + JOIN_NANOS)));
    net.unbind(server, 9092, ticket, 20);
    let told = 20 + 2 * net.latency;
    assert_eq!(read(&mut net, first, 0, 20), ReadStep::Idle(Some(told)));
    assert_eq!(read(&mut net, first, 0, told), ReadStep::Reset);
    net.drop_end(first, 0, told);
    assert!(net.pairs[first].is_none(), "nothing is left of it");
    listen(&mut net, server);
    next_one_meets(&mut net, client, server, told);
}

#[test]
fn a_connection_that_found_no_listener_any_more_is_reset() {
    let (mut net, server, client, ticket) = network();
    net.unbind(server, 9092, ticket, 10);
    // The handshake had begun before.
    let first = connect(&mut net, client, server, 20);
    let told = 20 + 2 * net.latency;
    assert_eq!(read(&mut net, first, 0, told), ReadStep::Reset);
    listen(&mut net, server);
    next_one_meets(&mut net, client, server, 30);
}

#[test]
fn a_connection_given_up_before_it_was_accepted_leaves_nothing() {
    let (mut net, server, client, ticket) = network();
    let first = connect(&mut net, client, server, 10);
    net.drop_end(first, 0, 20);
    net.unbind(server, 9092, ticket, 30);
    assert!(net.pairs[first].is_none() && net.half_open.is_empty());
    listen(&mut net, server);
    next_one_meets(&mut net, client, server, 40);
}

#[test]
fn a_lost_power_says_nothing_to_whom_it_had_not_accepted() {
    let (mut net, server, client, _) = network();
    let first = connect(&mut net, client, server, 10);
    net.power_off(server, 20);
    assert_eq!(read(&mut net, first, 0, 1_000_000_000), ReadStep::Idle(None));
    assert_eq!(net.begin_write(first, 0, 30, 4, Waker::noop()), WriteStep::Void(4));
    net.sent(first, 0, 30, 4, true);
    net.power_on(server, 40);
    let told = 40 + 2 * net.latency;
    assert_eq!(read(&mut net, first, 0, told), ReadStep::Reset);
    listen(&mut net, server);
    next_one_meets(&mut net, client, server, 50);
}
