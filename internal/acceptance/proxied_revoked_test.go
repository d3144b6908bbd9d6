package acceptance

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/google/go-cmp/cmp"
)

// revokedLife is how long a token lives that is to be revoked.
const revokedLife = 3 * time.Second

// revoker is a token endpoint whose tokens can be revoked (RFC 7009).
type revoker struct {
	mu      sync.Mutex
	issued  []string
	ends    map[string]time.Time
	revoked []string
}

func (v *revoker) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if r.URL.Path == "/revoke" {
		v.revoked = append(v.revoked, r.PostFormValue("token"))
		return
	}
	token := fmt.Sprintf("fake-token-to-revoke-%d", len(v.issued)+1)
	v.issued, v.ends[token] = append(v.issued, token), time.Now().Add(revokedLife)
	w.Header().Set("Content-Type", "application/json")
	_, _ = fmt.Fprintf(w, `{"access_token":%q,"token_type":"Bearer","expires_in":%d}`, token, int(revokedLife.Seconds())) // the client may be gone
}

// opens reports whether a header has a token that is valid now: neither expired nor revoked.
func (v *revoker) opens(header http.Header) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	token := strings.TrimPrefix(header.Get("Authorization"), "Bearer ")
	return time.Now().Before(v.ends[token]) && !slices.Contains(v.revoked, token)
}

// Each token is revoked once, none while a request uses it, and the store has none.
func testProxiedRevoked(l *sandboxLab) {
	v := &revoker{ends: map[string]time.Time{}}
	web := httptest.NewServer(v)
	l.T.Cleanup(web.Close)
	p, store := l.newProxiedTo(l.startAPI(v.opens)), filepath.Join(l.Dir, "store")
	p.configure(p.setWith("oauth2", fmt.Sprintf("token_url = %q, revocation_url = %q", web.URL+"/token", web.URL+"/revoke"))+directoryStore(store),
		p.proxy("this", "revoke_on_close = true"), callsOf("this", "count = 2\n  path = \"/orders\"\n  lasts = \"7s\""))
	p.Must("plan", "-out="+savedPlan)
	p.allRevoked(v, 1, 1)
	p.Must("apply", savedPlan)
	p.closed()
	p.allRevoked(v, 3, 9)
	if answered, refused := p.api.counts(); answered < 10 || refused != 0 {
		p.T.Errorf("%d requests were answered, and %d refused", answered, refused)
	}
	if kept, err := os.ReadDir(store); err == nil && len(kept) > 0 {
		p.T.Errorf("%d files in the store", len(kept))
	}
}

// allRevoked checks how many tokens were issued, and that each was revoked.
func (p *proxiedLab) allRevoked(v *revoker, least, most int) {
	p.T.Helper()
	v.mu.Lock()
	defer v.mu.Unlock()
	if n := len(v.issued); n < least || n > most {
		p.T.Errorf("%d tokens were issued, want %d to %d", n, least, most)
	}
	if diff := cmp.Diff(slices.Sorted(slices.Values(v.issued)), slices.Sorted(slices.Values(v.revoked))); diff != "" {
		p.T.Errorf("issued and revoked: %s", diff)
	}
	p.T.Logf("%d tokens were issued and revoked", len(v.issued))
}
