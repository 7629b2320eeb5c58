import { type Duplex, Writable } from 'node:stream';

/** Enough to keep a fast link busy while the next piece is read, at a hundred servers, too. */
const PIECE = 1 << 16;

/**
 * A channel's standard input that accepts a piece once the socket wants more. ssh2 itself accepts as much as the
 * server's window allows, and keeps it twice: plain and encrypted, 4 MB a server.
 */
export function pacedStdin(channel: Writable, socket: Duplex): Writable {
  const stdin = new Writable({
    highWaterMark: PIECE,
    write(chunk: Buffer, _encoding, done) {
      channel.write(chunk, error => {
        // A socket below its high-water mark never emits drain.
        if (error || socket.destroyed || !socket.writableNeedDrain) return done(error);
        socket.once('drain', done);
      });
    },
    final(done) {
      channel.end();
      done();
    },
  });
  // A command may end before it has read everything; how it ended is reported elsewhere.
  stdin.on('error', () => {});
  return stdin;
}
