// A TCP connection that reads FIX frames and writes from a buffer, never blocking.
#pragma once
#include <errno.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <vector>

#include "wire.h"

class Connection {
 public:
  int fd = -1;
  bool lost = false;
  uint64_t received_ns = 0;  // when the frames now being visited came in
  uint64_t received_bytes = 0, sent_bytes = 0;

  Connection() : in_(1 << 18) { out_.reserve(1 << 18); }
  ~Connection() {
    if (fd >= 0) close(fd);
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void use(int socket) {
    fd = socket;
    int on = 1, buffer_bytes = 4 << 20;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer_bytes, sizeof buffer_bytes);
  }

  bool has_unsent_bytes() const { return out_at_ < out_.size(); }
  size_t buffered_bytes() const { return out_.size(); }

  char* reserve(size_t length) {
    const size_t at = out_.size();
    out_.resize(at + length);
    return out_.data() + at;
  }

  void append(std::string_view message) { memcpy(reserve(message.size()), message.data(), message.size()); }

  // Write what is buffered, `chunk` bytes a call; false when the socket takes no more now, or is lost.
  bool flush(size_t chunk = SIZE_MAX) {
    while (has_unsent_bytes()) {
      const ssize_t sent = ::send(fd, out_.data() + out_at_, std::min(out_.size() - out_at_, chunk), MSG_NOSIGNAL | MSG_DONTWAIT);
      if (sent <= 0) {
        lost = lost || !(sent < 0 && is_temporary(errno));
        forget_sent();
        return false;
      }
      out_at_ += size_t(sent);
      sent_bytes += uint64_t(sent);
    }
    out_.clear();
    out_at_ = 0;
    return true;
  }

  // Read all the socket has and call visit(frame) for each whole message; true if there was anything.
  template <class Visit>
  bool receive(Visit visit) {
    bool any = false;
    for (;;) {
      make_room();
      const ssize_t got = ::recv(fd, in_.data() + in_end_, in_.size() - in_end_, MSG_DONTWAIT);
      if (got <= 0) {
        lost = lost || !(got < 0 && is_temporary(errno));
        return any;
      }
      any = true;
      received_ns = now_ns();
      in_end_ += size_t(got);
      received_bytes += uint64_t(got);
      if (!read_frames(visit)) lost = true;
      if (lost || got < 4096) return any;  // less than that was most likely all
    }
  }

 private:
  std::vector<char> in_, out_;
  size_t in_at_ = 0, in_end_ = 0, out_at_ = 0;

  static bool is_temporary(int error) { return error == EAGAIN || error == EWOULDBLOCK || error == EINTR; }

  void forget_sent() {
    if (out_at_ < (1 << 20)) return;  // moving the rest is only worth it now and then
    out_.erase(out_.begin(), out_.begin() + ssize_t(out_at_));
    out_at_ = 0;
  }

  void make_room() {
    constexpr size_t LEAST = 1 << 16;
    if (in_.size() - in_end_ >= LEAST) return;
    memmove(in_.data(), in_.data() + in_at_, in_end_ - in_at_);
    in_end_ -= in_at_;
    in_at_ = 0;
    if (in_.size() - in_end_ < LEAST) in_.resize(in_.size() + (1 << 18));
  }

  template <class Visit>
  bool read_frames(Visit visit) {
    Frame frame;
    for (;;) {
      const Framing framing = find_frame(in_.data() + in_at_, in_.data() + in_end_, frame);
      if (framing == Framing::LOST) return false;
      if (framing == Framing::INCOMPLETE) break;
      visit(frame);
      in_at_ = size_t(frame.next - in_.data());
    }
    if (in_at_ == in_end_) in_at_ = in_end_ = 0;
    return true;
  }
};
