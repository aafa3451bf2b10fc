/*
 * The C client (libzookeeper_mt) against the server named in argv[1]. Prints one fact a line; the same program against
 * another server must print the same lines.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zookeeper/zookeeper.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int session_state = 0;
static int event_count = 0;

static void fail(const char *what, int code) {
  printf("FAILED %s: %s\n", what, zerror(code));
  exit(1);
}

static void on_event(zhandle_t *handle, int type, int state, const char *path, void *context) {
  (void)handle;
  (void)context;
  pthread_mutex_lock(&lock);
  if (type == ZOO_SESSION_EVENT) {
    session_state = state;
  } else {
    printf("event %d on %s\n", type, path);
    event_count += 1;
  }
  pthread_cond_broadcast(&changed);
  pthread_mutex_unlock(&lock);
}

/* Waits until the variable has the value, at most 20 seconds. */
static void await_value(const char *what, const int *variable, int value) {
  struct timespec deadline;
  clock_gettime(CLOCK_REALTIME, &deadline);
  deadline.tv_sec += 20;
  pthread_mutex_lock(&lock);
  while (*variable != value) {
    if (pthread_cond_timedwait(&changed, &lock, &deadline) != 0) {
      printf("FAILED %s: not within 20 s, at %d instead of %d\n", what, *variable, value);
      exit(1);
    }
  }
  pthread_mutex_unlock(&lock);
}

static zhandle_t *open_session(const char *hosts) {
  zhandle_t *handle = zookeeper_init(hosts, on_event, 10000, NULL, NULL, 0);
  if (handle == NULL) fail("zookeeper_init", ZSYSTEMERROR);
  await_value("connected", &session_state, ZOO_CONNECTED_STATE);
  return handle;
}

static void show_stat(const char *label, const struct Stat *stat) {
  printf("%s version=%d cversion=%d aversion=%d length=%d children=%d ephemeral=%d\n", label, stat->version, stat->cversion,
         stat->aversion, stat->dataLength, stat->numChildren, stat->ephemeralOwner != 0);
}

static void nodes(zhandle_t *handle) {
  char path[256];
  char data[256];
  int length = sizeof(data);
  struct Stat stat;
  struct String_vector children;
  printf("create %s", zerror(zoo_create(handle, "/c", "one", 3, &ZOO_OPEN_ACL_UNSAFE, 0, path, sizeof(path))));
  printf(" %s\n", path);
  printf("again %s\n", zerror(zoo_create(handle, "/c", "one", 3, &ZOO_OPEN_ACL_UNSAFE, 0, path, sizeof(path))));
  printf("create2 %s\n", zerror(zoo_create2(handle, "/c/two", "22", 2, &ZOO_OPEN_ACL_UNSAFE, ZOO_EPHEMERAL, path, sizeof(path), &stat)));
  show_stat(path, &stat);
  zoo_create(handle, "/c/s-", "", 0, &ZOO_OPEN_ACL_UNSAFE, ZOO_SEQUENCE, path, sizeof(path));
  printf("sequence %s\n", path);
  zoo_create(handle, "/c/null", NULL, -1, &ZOO_OPEN_ACL_UNSAFE, 0, path, sizeof(path));
  length = sizeof(data);
  printf("null %s", zerror(zoo_get(handle, "/c/null", 0, data, &length, &stat)));
  printf(" length %d\n", length);
  printf("set %s\n", zerror(zoo_set2(handle, "/c", "three", 5, 0, &stat)));
  show_stat("/c", &stat);
  printf("bad version %s\n", zerror(zoo_set(handle, "/c", "x", 1, 9)));
  length = sizeof(data);
  zoo_get(handle, "/c", 0, data, &length, &stat);
  printf("get %.*s\n", length, data);
  zoo_get_children2(handle, "/c", 0, &children, &stat);
  printf("children %d\n", children.count);
  show_stat("/c", &stat);
  deallocate_String_vector(&children);
  printf("not empty %s\n", zerror(zoo_delete(handle, "/c", -1)));
  printf("no node %s\n", zerror(zoo_exists(handle, "/none", 0, &stat)));
}

static void transactions(zhandle_t *handle) {
  zoo_op_t operations[4];
  zoo_op_result_t results[4];
  char path[256];
  struct Stat stat;
  zoo_create_op_init(&operations[0], "/c/multi", "m", 1, &ZOO_OPEN_ACL_UNSAFE, 0, path, sizeof(path));
  zoo_set_op_init(&operations[1], "/c/multi", "n", 1, 0, &stat);
  zoo_check_op_init(&operations[2], "/c/multi", 1);
  zoo_delete_op_init(&operations[3], "/c/multi", 1);
  printf("multi %s\n", zerror(zoo_multi(handle, 4, operations, results)));
  for (int index = 0; index < 4; index += 1) printf("  result %s\n", zerror(results[index].err));
  zoo_check_op_init(&operations[2], "/c/multi", 7);
  printf("multi %s\n", zerror(zoo_multi(handle, 4, operations, results)));
  for (int index = 0; index < 4; index += 1) printf("  result %s\n", zerror(results[index].err));
}

static pthread_mutex_t auth_lock = PTHREAD_MUTEX_INITIALIZER;

static void on_auth(int code, const void *data) {
  (void)data;
  printf("auth %s\n", zerror(code));
  pthread_mutex_unlock(&auth_lock);
}

static void access_control(zhandle_t *handle) {
  struct ACL entries[] = {{ZOO_PERM_ALL, {"auth", ""}}};
  struct ACL_vector acl = {1, entries};
  struct ACL_vector found;
  struct Stat stat;
  char path[256];
  printf("not logged in %s\n", zerror(zoo_create(handle, "/c/acl", "", 0, &acl, 0, path, sizeof(path))));
  pthread_mutex_lock(&auth_lock);
  zoo_add_auth(handle, "digest", "ann:pw", 6, on_auth, NULL);
  pthread_mutex_lock(&auth_lock);
  pthread_mutex_unlock(&auth_lock);
  printf("logged in %s\n", zerror(zoo_create(handle, "/c/acl", "", 0, &acl, 0, path, sizeof(path))));
  zoo_get_acl(handle, "/c/acl", &found, &stat);
  for (int index = 0; index < found.count; index += 1) {
    printf("acl %d %s %s\n", found.data[index].perms, found.data[index].id.scheme, found.data[index].id.id);
  }
  deallocate_ACL_vector(&found);
}

static void watches(zhandle_t *handle) {
  struct Stat stat;
  char path[256];
  char data[16];
  int length = sizeof(data);
  struct String_vector children;
  zoo_wexists(handle, "/c/w", on_event, NULL, &stat);
  zoo_create(handle, "/c/w", "", 0, &ZOO_OPEN_ACL_UNSAFE, 0, path, sizeof(path));
  await_value("created", &event_count, 1);
  zoo_wget(handle, "/c/w", on_event, NULL, data, &length, &stat);
  zoo_set(handle, "/c/w", "x", 1, -1);
  await_value("set", &event_count, 2);
  zoo_wget_children(handle, "/c/w", on_event, NULL, &children);
  deallocate_String_vector(&children);
  zoo_create(handle, "/c/w/kid", "", 0, &ZOO_OPEN_ACL_UNSAFE, 0, path, sizeof(path));
  await_value("child", &event_count, 3);
  zoo_wexists(handle, "/c/w/kid", on_event, NULL, &stat);
  zoo_delete(handle, "/c/w/kid", -1);
  await_value("deleted", &event_count, 4);
}

/* The program starts itself anew, with the session's id and password: a client that died and came back. */
static void die_and_come_back(zhandle_t *handle, char *self, char *hosts) {
  const clientid_t *id = zoo_client_id(handle);
  static char number[32];
  static char password[40];
  snprintf(number, sizeof(number), "%lld", (long long)id->client_id);
  for (int index = 0; index < 16; index += 1) {
    snprintf(password + index * 2, 3, "%02x", (unsigned char)id->passwd[index]);
  }
  char *arguments[] = {self, hosts, number, password, NULL};
  execv(self, arguments);
}

static int resume(const char *hosts, const char *number, const char *password) {
  clientid_t id;
  struct Stat stat;
  id.client_id = strtoll(number, NULL, 10);
  for (int index = 0; index < 16; index += 1) {
    unsigned int value;
    sscanf(password + index * 2, "%2x", &value);
    id.passwd[index] = (char)value;
  }
  zhandle_t *handle = zookeeper_init(hosts, on_event, 10000, &id, NULL, 0);
  await_value("resumed", &session_state, ZOO_CONNECTED_STATE);
  printf("same session %d\n", zoo_client_id(handle)->client_id == id.client_id);
  printf("ephemeral kept %s\n", zerror(zoo_exists(handle, "/c/two", 0, &stat)));
  printf("close %s\n", zerror(zookeeper_close(handle)));
  return 0;
}

int main(int count, char **arguments) {
  zoo_set_debug_level(0);
  setvbuf(stdout, NULL, _IOLBF, 0);
  if (count == 4) return resume(arguments[1], arguments[2], arguments[3]);
  if (count != 2) return 2;
  zhandle_t *handle = open_session(arguments[1]);
  nodes(handle);
  transactions(handle);
  access_control(handle);
  watches(handle);
  die_and_come_back(handle, arguments[0], arguments[1]);
  return 1;
}
