// The door to libcurl: its header, and what Swift cannot call (variadic functions, unions).

#ifndef CUPIBULK_CCURL_SHIM_H
#define CUPIBULK_CCURL_SHIM_H

#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>

/// Returns the versions of the libraries that are loaded (CURLVERSION_NOW is a macro of an enumeration).
static inline const curl_version_info_data *cupibulk_curl_version(void) {
  return curl_version_info(CURLVERSION_NOW);
}

/// Sets an option that takes a number or a switch.
static inline CURLcode cupibulk_curl_set_long(CURL *easy, CURLoption option, long value) {
  return curl_easy_setopt(easy, option, value);
}

/// Sets how many idle connections a multi handle keeps.
static inline CURLMcode cupibulk_curl_keep_connections(CURLM *multi, long most) {
  return curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, most);
}

/// Sets one kind of data that the easy handles with this share handle have in common.
static inline CURLSHcode cupibulk_curl_share(CURLSH *share, curl_lock_data data) {
  return curl_share_setopt(share, CURLSHOPT_SHARE, data);
}

/// Sets an option that takes a size.
static inline CURLcode cupibulk_curl_set_size(CURL *easy, CURLoption option, curl_off_t value) {
  return curl_easy_setopt(easy, option, value);
}

/// Sets an option that takes a text, which libcurl copies; NULL clears it.
static inline CURLcode cupibulk_curl_set_text(CURL *easy, CURLoption option, const char *text) {
  return curl_easy_setopt(easy, option, text);
}

/// Sets an option that takes a pointer, which libcurl keeps: a callback's context, the error buffer, a list.
static inline CURLcode cupibulk_curl_set_pointer(CURL *easy, CURLoption option, void *pointer) {
  return curl_easy_setopt(easy, option, pointer);
}

/// Copies a request body of the size that CURLOPT_POSTFIELDSIZE_LARGE has set before.
static inline CURLcode cupibulk_curl_copy_body(CURL *easy, const void *bytes) {
  return curl_easy_setopt(easy, CURLOPT_COPYPOSTFIELDS, bytes);
}

/// Sets the receiver of body bytes or of header lines.
static inline CURLcode cupibulk_curl_set_receiver(
    CURL *easy, CURLoption option, size_t (*receiver)(char *, size_t, size_t, void *)) {
  return curl_easy_setopt(easy, option, receiver);
}

/// Sets what is asked each time before a request goes out on a ready connection.
static inline CURLcode cupibulk_curl_set_prerequest(
    CURL *easy, int (*function)(void *, char *, char *, int, int)) {
  return curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, function);
}

/// Sets what is called with each new socket before it connects, and what closes a socket.
static inline CURLcode cupibulk_curl_set_socket_functions(
    CURL *easy, int (*opened)(void *, curl_socket_t, curlsocktype),
    int (*closed)(void *, curl_socket_t)) {
  CURLcode code = curl_easy_setopt(easy, CURLOPT_SOCKOPTFUNCTION, opened);
  return code == CURLE_OK ? curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, closed) : code;
}

/// Reads a number about a transfer, 0 where libcurl has none.
static inline long cupibulk_curl_info_long(CURL *easy, CURLINFO info) {
  long value = 0;
  return curl_easy_getinfo(easy, info, &value) == CURLE_OK ? value : 0;
}

/// Reads a size or a time in microseconds about a transfer, 0 where libcurl has none.
static inline curl_off_t cupibulk_curl_info_size(CURL *easy, CURLINFO info) {
  curl_off_t value = 0;
  return curl_easy_getinfo(easy, info, &value) == CURLE_OK ? value : 0;
}

/// Reads the certificates of the other side, which live as long as the handle; NULL where there are none.
static inline struct curl_certinfo *cupibulk_curl_certificates(CURL *easy) {
  struct curl_certinfo *certificates = NULL;
  return curl_easy_getinfo(easy, CURLINFO_CERTINFO, &certificates) == CURLE_OK ? certificates
                                                                               : NULL;
}

/// Reads the result out of the union of a message that says that a transfer is over.
static inline CURLcode cupibulk_curl_message_result(const CURLMsg *message) {
  return message->data.result;
}

#endif
