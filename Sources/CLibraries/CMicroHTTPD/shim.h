// The door to libmicrohttpd: its header, and what Swift cannot call (variadic functions, unions).

#ifndef CUPIBULK_CMICROHTTPD_SHIM_H
#define CUPIBULK_CMICROHTTPD_SHIM_H

#include <netinet/in.h>
#include <sys/socket.h>

#include <microhttpd.h>

/* Starts a daemon that is given its connections (MHD_add_connection), a thread each (MHD_start_daemon is variadic).
   With a key and a certificate in PEM it speaks TLS; both must stay in memory. */
static inline struct MHD_Daemon *cupibulk_mhd_start(
    unsigned int connection_limit, unsigned int idle_seconds,
    void *(*begin)(void *state, const char *target, struct MHD_Connection *connection),
    MHD_AccessHandlerCallback handle, MHD_RequestCompletedCallback complete, void *state,
    MHD_NotifyConnectionCallback notify, void *notify_state, const char *key,
    const char *certificate) {
  unsigned int flags = MHD_USE_NO_LISTEN_SOCKET | MHD_USE_THREAD_PER_CONNECTION |
                       MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL | MHD_USE_ITC;
  struct MHD_OptionItem tls[] = {
      {MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)key},
      {MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)certificate},
      {MHD_OPTION_END, 0, NULL},
  };
  struct MHD_OptionItem plain[] = {{MHD_OPTION_END, 0, NULL}};
  int secure = key != NULL && certificate != NULL;
  return MHD_start_daemon(
      secure ? flags | MHD_USE_TLS : flags, 0, NULL, NULL, handle, state,
      MHD_OPTION_CONNECTION_LIMIT, connection_limit,
      MHD_OPTION_CONNECTION_TIMEOUT, idle_seconds,
      MHD_OPTION_URI_LOG_CALLBACK, begin, state,
      MHD_OPTION_NOTIFY_COMPLETED, complete, state,
      MHD_OPTION_NOTIFY_CONNECTION, notify, notify_state,
      MHD_OPTION_ARRAY, secure ? tls : plain,
      MHD_OPTION_END);
}

/* Hidden behind _GNU_SOURCE. */
extern int accept4(int socket, struct sockaddr *address, socklen_t *length, int flags);

/* Waits for a connection and gives it to the daemon, which owns it then: 1, or 0 if it closed it at once, or -1
   and errno if there is none (accept4, MHD_add_connection). */
static inline int cupibulk_mhd_accept(struct MHD_Daemon *daemon, int socket) {
  struct sockaddr_storage address;
  socklen_t length = sizeof address;
  int made = accept4(socket, (struct sockaddr *)&address, &length, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (made < 0) return -1;
  return MHD_add_connection(daemon, made, (struct sockaddr *)&address, length) == MHD_YES;
}

/* True if the client's address is of this machine's loopback (MHD_get_connection_info is variadic). */
static inline int cupibulk_mhd_is_from_loopback(struct MHD_Connection *connection) {
  const union MHD_ConnectionInfo *info =
      MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
  if (info == NULL || info->client_addr == NULL) return 0;
  if (info->client_addr->sa_family == AF_INET) {
    const struct sockaddr_in *v4 = (const struct sockaddr_in *)info->client_addr;
    return ntohl(v4->sin_addr.s_addr) >> 24 == 127;
  }
  if (info->client_addr->sa_family != AF_INET6) return 0;
  const struct in6_addr *v6 = &((const struct sockaddr_in6 *)info->client_addr)->sin6_addr;
  if (IN6_IS_ADDR_V4MAPPED(v6)) return v6->s6_addr[12] == 127;
  return IN6_IS_ADDR_LOOPBACK(v6);
}

/* Resets the client's connection at once: the kernel sends RST. The socket itself stays the daemon's
   (MHD_get_connection_info is variadic). */
static inline void cupibulk_mhd_reset(struct MHD_Connection *connection) {
  const union MHD_ConnectionInfo *info =
      MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
  if (info == NULL) return;
  /* Taking the peer's address away from a connected TCP socket aborts it (Linux, connect(2)). */
  struct sockaddr none = {.sa_family = AF_UNSPEC};
  (void)connect(info->connect_fd, &none, sizeof none);
}

/* Seconds after which an idle connection is closed, 0 for never; the time counts from now on
   (MHD_set_connection_option is variadic). */
static inline void cupibulk_mhd_set_idle_limit(struct MHD_Connection *connection, unsigned int seconds) {
  (void)MHD_set_connection_option(connection, MHD_CONNECTION_OPTION_TIMEOUT, 0u);
  if (seconds != 0) (void)MHD_set_connection_option(connection, MHD_CONNECTION_OPTION_TIMEOUT, seconds);
}

/* What a reader of a body returns to break the connection off (a cast in a macro). */
static inline ssize_t cupibulk_mhd_break_off(void) { return MHD_CONTENT_READER_END_WITH_ERROR; }

#endif
