// FIX on the wire, for a load client: the clock, digits, checksums, templates and framing. No session, no sockets.
#pragma once
#include <sys/time.h>
#include <time.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <initializer_list>
#include <string>
#include <string_view>

constexpr char SOH = '\1';

inline uint64_t now_ns() {
  timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return uint64_t(t.tv_sec) * 1'000'000'000u + uint64_t(t.tv_nsec);
}

// "YYYYMMDD-HH:MM:SS.mmm", formatted at most once a millisecond.
class UtcTime {
 public:
  static constexpr size_t WIDTH = 21;

  const char* text(uint64_t now) {
    if (formatted_ns_ == 0 || now - formatted_ns_ >= 1'000'000) format(now);
    return text_;
  }

 private:
  void format(uint64_t now) {
    formatted_ns_ = now;
    timeval wall;
    tm utc;
    gettimeofday(&wall, nullptr);
    gmtime_r(&wall.tv_sec, &utc);
    char seconds[18];
    strftime(seconds, sizeof seconds, "%Y%m%d-%H:%M:%S", &utc);
    snprintf(text_, sizeof text_, "%s.%03u", seconds, unsigned(wall.tv_usec / 1000) % 1000u);
  }

  char text_[WIDTH + 1] = "";
  uint64_t formatted_ns_ = 0;
};

inline void put_digits(char* at, uint64_t value, int width) {
  for (int i = width - 1; i >= 0; --i) {
    at[i] = char('0' + value % 10);
    value /= 10;
  }
}

inline unsigned byte_sum(const char* from, size_t length) {
  unsigned sum = 0;
  for (size_t i = 0; i < length; ++i) sum += static_cast<unsigned char>(from[i]);
  return sum;
}

// Fill in CheckSum(10) of a message that ends in "10=ddd<SOH>".
inline void put_checksum(char* message, size_t length) {
  put_digits(message + length - 4, byte_sum(message, length - 7) & 255, 3);
}

// Fields of a message, one behind the other: Fields().add(35, "0").add(34, "7").
struct Fields {
  std::string text;

  Fields() { text.reserve(256); }

  Fields& add(int tag, std::string_view value) {
    char digits[8];
    int width = 0;
    for (int rest = tag; rest; rest /= 10) digits[width++] = char('0' + rest % 10);
    while (width) text += digits[--width];
    (text += '=').append(value) += SOH;
    return *this;
  }

  Fields& append(std::string_view fields) {
    text.append(fields);
    return *this;
  }
};

// "1=a|2=b" as a command line gives it -> "1=a<SOH>2=b<SOH>".
inline std::string fields_from_option(std::string text) {
  std::replace(text.begin(), text.end(), '|', SOH);
  if (!text.empty() && text.back() != SOH) text += SOH;
  return text;
}

inline size_t head_size(std::string_view begin_string, size_t body_size) {
  return 2 + begin_string.size() + 1 + 2 + std::to_string(body_size).size() + 1;  // 8=…<SOH>9=…<SOH>
}

// The whole message around a body that begins with 35=.
inline std::string frame_message(std::string_view begin_string, std::string_view body) {
  Fields message;
  message.add(8, begin_string).add(9, std::to_string(body.size())).append(body).add(10, "000");
  put_checksum(message.text.data(), message.text.size());
  return std::move(message.text);
}

// A message written once, in which only fields of fixed width change from one sending to the next.
struct Template : Fields {
  size_t seq_num = 0, sending_time = 0, transact_time = 0;  // offsets of the values
  size_t cl_ord_id = 0, orig_cl_ord_id = 0, side = 0, price = 0;

  // Append "tag=000…"; returns the offset of the value within the body, for `frame` to shift.
  size_t slot(int tag, std::string_view prefix, size_t width) {
    add(tag, std::string(prefix) + std::string(width, '0'));
    return text.size() - width - 1;
  }

  void frame(std::string_view begin_string) {
    const size_t head = head_size(begin_string, text.size());
    text = frame_message(begin_string, text);
    for (size_t* at : {&seq_num, &sending_time, &transact_time, &cl_ord_id, &orig_cl_ord_id, &side, &price}) *at += head;
  }
};

// One message in a buffer: its fields from 35= up to, not including, 10=; `next` is behind the message.
struct Frame {
  std::string_view begin_string;
  const char *body = nullptr, *body_end = nullptr, *next = nullptr;
};

enum class Framing { COMPLETE, INCOMPLETE, LOST };

inline Framing find_frame(const char* from, const char* end, Frame& frame) {
  if (end - from < 20) return Framing::INCOMPLETE;
  if (from[0] != '8' || from[1] != '=') return Framing::LOST;
  auto soh = static_cast<const char*>(memchr(from, SOH, end - from));
  if (!soh || soh + 3 >= end) return Framing::INCOMPLETE;
  if (soh[1] != '9' || soh[2] != '=') return Framing::LOST;
  size_t length = 0;
  const char* at = soh + 3;
  while (at < end && *at != SOH) length = length * 10 + size_t(*at++ - '0');
  if (at >= end || size_t(end - at) < 1 + length + 7) return Framing::INCOMPLETE;
  frame.begin_string = {from + 2, size_t(soh - from - 2)};
  frame.body = at + 1;
  frame.body_end = frame.body + length;
  frame.next = frame.body_end + 7;
  return Framing::COMPLETE;
}

// Calls visit(tag, value) for each field; a frame whose last field has no SOH ends the walk.
template <class Visit>
inline void for_each_field(const Frame& frame, Visit visit) {
  for (const char* at = frame.body; at < frame.body_end;) {
    int tag = 0;
    while (at < frame.body_end && *at != '=') tag = tag * 10 + (*at++ - '0');
    if (at >= frame.body_end) return;
    const char* value = at + 1;
    auto soh = static_cast<const char*>(memchr(value, SOH, frame.body_end - value));
    if (!soh) return;
    visit(tag, std::string_view(value, size_t(soh - value)));
    at = soh + 1;
  }
}

inline std::string_view find_field(const Frame& frame, int wanted) {
  std::string_view found;
  for_each_field(frame, [&](int tag, std::string_view value) {
    if (tag == wanted && found.empty()) found = value;
  });
  return found;
}
