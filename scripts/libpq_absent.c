// What a statically linked libpq does without: Kerberos (GSS-API, RFC 2744) and addresses of servers kept in LDAP.
// Debian has no static libraries of either. A server that insists on Kerberos gets libpq's own error; with the
// system's libpq (make LIBPQ=system) both work.

#include <stddef.h>
#include <stdint.h>

enum { unavailable = 16 << 16 };  // GSS_S_UNAVAILABLE

struct buffer {
  size_t length;
  void *value;
};

void *GSS_C_NT_HOSTBASED_SERVICE = NULL;

// Every function of GSS-API begins with where to put the minor status; more than that none of these looks at.
#define ABSENT(name)             \
  uint32_t name(uint32_t *minor) { \
    *minor = 0;                  \
    return unavailable;          \
  }
ABSENT(gss_acquire_cred)
ABSENT(gss_delete_sec_context)
ABSENT(gss_import_name)
ABSENT(gss_init_sec_context)
ABSENT(gss_release_buffer)
ABSENT(gss_release_cred)
ABSENT(gss_release_name)
ABSENT(gss_unwrap)
ABSENT(gss_wrap)
ABSENT(gss_wrap_size_limit)

uint32_t gss_display_status(uint32_t *minor, uint32_t status, int type, void *mechanism, uint32_t *more,
                            struct buffer *text) {
  static char words[] = "this program is built without Kerberos";
  (void)status, (void)type, (void)mechanism;
  *minor = 0;
  *more = 0;
  text->length = sizeof words - 1;
  text->value = words;
  return 0;
}

// libpq stops where no handle can be made, and calls none of the others.
void *ldap_init(void) { return NULL; }
void ldap_count_entries(void) {}
void ldap_err2string(void) {}
void ldap_first_entry(void) {}
void ldap_get_values_len(void) {}
void ldap_msgfree(void) {}
void ldap_result(void) {}
void ldap_search_st(void) {}
void ldap_set_option(void) {}
void ldap_simple_bind(void) {}
void ldap_unbind(void) {}
void ldap_value_free_len(void) {}
