//! The least of a client: connections that stay open.

// Each bench uses what it needs of it.
#![allow(dead_code)]

use std::io::{BufRead, BufReader, ErrorKind, Read, Result, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

pub struct Answer {
    pub status: u16,
    pub cookies: Vec<String>,
    /// Where it leads, if it does.
    pub location: Option<String>,
    /// Seconds.
    pub retry_after: Option<u64>,
    /// The server closes the connection after this.
    pub is_last: bool,
    pub body: Vec<u8>,
}

/// One connection.
pub struct Line {
    stream: BufReader<TcpStream>,
}

impl Line {
    pub fn open(address: SocketAddr) -> Self {
        Self::try_open(address, None).unwrap()
    }

    /// For a server that may be gone, or answer nothing within `patience`.
    pub fn try_open(address: SocketAddr, patience: Option<Duration>) -> Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(patience)?;
        Ok(Self { stream: BufReader::new(stream) })
    }

    pub fn send(&mut self, request: &[u8]) -> Answer {
        self.try_send(request).unwrap()
    }

    pub fn try_send(&mut self, request: &[u8]) -> Result<Answer> {
        self.stream.get_mut().write_all(request)?;
        let mut answer = Answer {
            status: 0,
            cookies: Vec::new(),
            location: None,
            retry_after: None,
            is_last: false,
            body: Vec::new(),
        };
        let (mut length, mut is_chunked) = (0, false);
        loop {
            let line = self.line()?;
            if line.is_empty() {
                break;
            }
            if answer.status == 0 {
                answer.status =
                    line.split(' ').nth(1).and_then(|text| text.parse().ok()).ok_or(ErrorKind::InvalidData)?;
            }
            let (name, value) = line.split_once(':').unwrap_or((&line, ""));
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.trim().parse().unwrap(),
                "transfer-encoding" => is_chunked = true,
                "set-cookie" => answer.cookies.push(value.trim().split(';').next().unwrap().to_owned()),
                "connection" => answer.is_last = value.trim().eq_ignore_ascii_case("close"),
                "location" => answer.location = Some(value.trim().to_owned()),
                "retry-after" => answer.retry_after = value.trim().parse().ok(),
                _ => {}
            }
        }
        if is_chunked {
            loop {
                let size = usize::from_str_radix(&self.line()?, 16).unwrap();
                let mut chunk = vec![0; size + 2];
                self.stream.read_exact(&mut chunk)?;
                if size == 0 {
                    break;
                }
                answer.body.extend_from_slice(&chunk[..size]);
            }
        } else {
            answer.body = vec![0; length];
            self.stream.read_exact(&mut answer.body)?;
        }
        Ok(answer)
    }

    fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        if self.stream.read_line(&mut line)? == 0 {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        Ok(line.trim_end().to_owned())
    }
}
