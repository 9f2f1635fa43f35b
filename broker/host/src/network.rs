//! TCP.

use std::io;
use tokio::net::{TcpListener, TcpStream};
use tribunal_env::{BoxFuture, Listen, Listener, Stream};

struct RealListener {
    listener: TcpListener,
    local_address: String,
}

#[expect(clippy::disallowed_methods, reason = "the host is where real sockets are bound")]
pub(crate) async fn listen(address: &str) -> io::Result<Listener> {
    let listener = TcpListener::bind(address).await?;
    let local_address = listener.local_addr()?.to_string();
    Ok(Box::new(RealListener { listener, local_address }))
}

#[expect(clippy::disallowed_methods, reason = "the host is where real sockets are connected")]
pub(crate) async fn connect(address: &str) -> io::Result<Stream> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    Ok(Box::new(stream))
}

impl Listen for RealListener {
    fn accept(&mut self) -> BoxFuture<'_, io::Result<(Stream, String)>> {
        Box::pin(async {
            let (stream, peer) = self.listener.accept().await?;
            stream.set_nodelay(true)?;
            Ok((Box::new(stream) as Stream, peer.to_string()))
        })
    }

    fn local_address(&self) -> String {
        self.local_address.clone()
    }
}
