//! What a proxy does with its connections, which are numbered from 1.

use std::net::SocketAddr;
use std::time::Duration;

/// Which bytes are affected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Those of the client.
    ToServer,
    /// Those of the server.
    ToClient,
    /// All.
    Both,
}

impl Direction {
    pub(super) fn includes(self, other: Self) -> bool {
        self == Self::Both || self == other
    }
}

#[derive(Debug)]
pub(super) struct Control {
    server: SocketAddr,
    connections: u64,
    /// Connections up to this number are closed.
    cut: u64,
    /// Connections up to this number are silent.
    silent: u64,
    silent_direction: Direction,
    delay: Duration,
    delayed_direction: Direction,
}

impl Control {
    pub(super) const fn new(server: SocketAddr) -> Self {
        Self {
            server,
            connections: 0,
            cut: 0,
            silent: 0,
            silent_direction: Direction::Both,
            delay: Duration::ZERO,
            delayed_direction: Direction::Both,
        }
    }

    pub(super) const fn server(&self) -> SocketAddr {
        self.server
    }

    pub(super) const fn connections(&self) -> u64 {
        self.connections
    }

    /// Number of the next connection.
    pub(super) const fn count(&mut self) -> u64 {
        self.connections += 1;
        self.connections
    }

    pub(super) const fn is_cut(&self, number: u64) -> bool {
        number <= self.cut
    }

    pub(super) fn is_silent(&self, number: u64, direction: Direction) -> bool {
        number <= self.silent && self.silent_direction.includes(direction)
    }

    pub(super) fn delay_of(&self, direction: Direction) -> Duration {
        if self.delayed_direction.includes(direction) {
            self.delay
        } else {
            Duration::ZERO
        }
    }

    pub(super) const fn point_to(&mut self, server: SocketAddr) {
        self.server = server;
    }

    pub(super) const fn delay(&mut self, direction: Direction, delay: Duration) {
        (self.delay, self.delayed_direction) = (delay, direction);
    }

    pub(super) const fn silence_open(&mut self, direction: Direction) {
        (self.silent, self.silent_direction) = (self.connections, direction);
    }

    pub(super) const fn silence_all(&mut self) {
        (self.silent, self.silent_direction) = (u64::MAX, Direction::Both);
    }

    pub(super) const fn admit_new(&mut self) {
        self.silent = self.connections;
    }

    pub(super) const fn restore(&mut self) {
        self.silent = 0;
    }

    pub(super) const fn cut_open(&mut self) {
        self.cut = self.connections;
    }
}
