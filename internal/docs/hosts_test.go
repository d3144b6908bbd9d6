package docs

import (
	"bytes"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/go-jose/go-jose/v4"

	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox"
)

const (
	// proof is the client secret of all clients. It is long enough for
	// HS512 and the same in both encodings of HTTP Basic.
	proof = "fake-client-secret-of-the-documentation-that-is-long-enough-for-all"
	// runToken is what a CI system gives its runs.
	runToken = "fake-token-of-the-run"
)

// hosts answers for every host: those of the sandbox's rows as the sandbox does,
// and any other as an authorization server that takes every grant, and as an API
// that its tokens open.
type hosts struct {
	box *sandbox.Server

	mu     sync.Mutex
	tokens []string       // of the other hosts
	opened map[string]int // by host, and by client and host
	leaks  []string       // hosts that were sent a key of a proxy
}

func newHosts() *hosts {
	h := &hosts{box: sandbox.New(), opened: map[string]int{}}
	for _, name := range sandbox.Services() {
		for _, id := range clientIDs() {
			h.box.AddClient(name, sandbox.Client{ID: id, Secret: proof})
		}
	}
	return h
}

// clientIDs are those that the documentation writes; "docs" is in the environment.
func clientIDs() []string {
	return []string{"docs", "shop", "shop-backend", "catalog-import", "payments"}
}

func (h *hosts) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	rows := slices.DeleteFunc(sandbox.AllRows(), func(row sandbox.Row) bool {
		return !isAt(r.Host, row.Origin) && !isAt(r.Host, row.Staging) && !isAt(r.Host, row.API)
	})
	switch {
	case len(rows) == 0:
		h.serveOther(w, r)
	case len(rows) == 1 && slices.Contains(sandbox.Services(), rows[0].Name):
		h.serveRow(w, r, rows[0])
	default:
		h.serveRows(w, r, rows)
	}
}

// serveRows answers as the first row of a host that accepts the request, or of those whose token request has its method
// and path. If none does, it answers as any other host: guides have more of a vendor than the cookbook.
func (h *hosts) serveRows(w http.ResponseWriter, r *http.Request, rows []sandbox.Row) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		writeJSON(w, http.StatusBadRequest, map[string]any{"error": "the body cannot be read"})
		return
	}
	asked := slices.DeleteFunc(slices.Clone(rows), func(row sandbox.Row) bool {
		return row.Method != r.Method || row.Path != r.URL.Path
	})
	if len(asked) > 0 {
		rows = asked
	}
	for _, row := range rows {
		answer := httptest.NewRecorder()
		r.Body = io.NopCloser(bytes.NewReader(body))
		h.serveRow(answer, r, row)
		if answer.Code < http.StatusBadRequest {
			maps.Copy(w.Header(), answer.Header())
			w.WriteHeader(answer.Code)
			_, _ = w.Write(answer.Body.Bytes()) // the client may be gone
			return
		}
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	h.serveOther(w, r)
}

// isAt reports whether a host, with or without the usual port, is that of an origin.
func isAt(host, origin string) bool {
	_, named, ok := strings.Cut(origin, "://")
	return ok && (host == named || host == named+":443")
}

// serveRow opens the API to a token that the row has issued, and leaves all
// other requests to the row.
func (h *hosts) serveRow(w http.ResponseWriter, r *http.Request, row sandbox.Row) {
	revokes := row.Revocation != nil && r.Method == row.Revocation.Method && r.URL.Path != "/" // which is where stand-ins post
	if !revokes && !strings.HasPrefix(r.URL.Path, row.Path) && h.box.Opens(row.Name, r.Header) {
		h.count(r)
		writeJSON(w, http.StatusOK, map[string]any{"id": "1"})
		return
	}
	asked := r.Clone(r.Context())
	asked.URL.Path = row.Base + r.URL.Path
	if r.URL.RawPath != "" {
		asked.URL.RawPath = row.Base + r.URL.RawPath
	}
	h.box.ServeHTTP(w, asked)
}

func (h *hosts) serveOther(w http.ResponseWriter, r *http.Request) {
	const wellKnown = "/.well-known/oauth-authorization-server"
	_ = r.ParseForm() // what is no form has no grant
	if r.Header.Get("Content-Type") == "application/json" {
		r.PostForm = formOf(r.Body)
	}
	switch {
	case strings.HasPrefix(r.URL.Path, wellKnown):
		writeJSON(w, http.StatusOK, map[string]any{
			"issuer":         "https://" + r.Host + strings.TrimPrefix(r.URL.Path, wellKnown),
			"token_endpoint": "https://" + r.Host + "/token", "revocation_endpoint": "https://" + r.Host + "/revoke",
		})
	case r.PostForm.Has("grant_type"):
		h.issue(w, r)
	case r.PostForm.Has("token"):
		h.revoke(w, r)
	case r.Header.Get("Authorization") == "Bearer "+runToken:
		writeJSON(w, http.StatusOK, map[string]any{"value": runToken})
	default:
		h.open(w, r)
	}
}

// formOf returns the texts of a JSON object as a form.
func formOf(body io.Reader) url.Values {
	var object map[string]any
	_ = json.NewDecoder(body).Decode(&object) // what is no object has no grant
	form := url.Values{}
	for name, value := range object {
		if text, ok := value.(string); ok {
			form.Set(name, text)
		}
	}
	return form
}

// issue gives a token to a client that shows the secret, a certificate or an
// assertion, or to one with a grant that needs none.
func (h *hosts) issue(w http.ResponseWriter, r *http.Request) {
	id, secret, basic := r.BasicAuth()
	form := r.PostForm
	isEmpty := id == "cf" && secret == "" // the one client whose secret is empty
	switch {
	case basic && !isEmpty && secret != proof, form.Has("client_secret") && form.Get("client_secret") != proof:
		writeJSON(w, http.StatusUnauthorized, map[string]any{"error": "invalid_client"})
		return
	case !basic && !form.Has("client_secret") && !form.Has("client_assertion") && len(r.TLS.PeerCertificates) == 0 &&
		form.Get("grant_type") == "client_credentials":
		writeJSON(w, http.StatusUnauthorized, map[string]any{"error": "invalid_client", "error_description": "nothing proves the client"})
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	token := "fake-" + rand.Text()
	h.tokens = append(h.tokens, token)
	writeJSON(w, http.StatusOK, map[string]any{
		"access_token": token, "token_type": "Bearer", "expires_in": 3600, "refresh_token": "fake-next-" + token,
		"issued_token_type": "urn:ietf:params:oauth:token-type:access_token", "instance_url": "https://api.example.com",
		"tenants": []any{map[string]any{"id": "shop"}},
	})
}

func (h *hosts) revoke(w http.ResponseWriter, r *http.Request) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.tokens = slices.DeleteFunc(h.tokens, func(token string) bool { return token == r.PostForm.Get("token") })
	w.WriteHeader(http.StatusOK)
}

// open is the API of the other hosts.
func (h *hosts) open(w http.ResponseWriter, r *http.Request) {
	h.mu.Lock()
	known := slices.Clone(h.tokens)
	h.mu.Unlock()
	value := r.Header.Get("Authorization")
	_, password, basic := r.BasicAuth()
	isKnown := slices.Contains(known, strings.TrimPrefix(value, "Bearer ")) || h.isSelfSigned(strings.TrimPrefix(value, "Bearer "))
	if !isKnown && (!basic || password != sandbox.Value("catalog_password")) {
		writeJSON(w, http.StatusUnauthorized, map[string]any{"error": "invalid_token", "at": r.Host + r.URL.Path})
		return
	}
	h.count(r)
	writeJSON(w, http.StatusOK, map[string]any{"id": "1"})
}

// isSelfSigned reports whether a token is a JWT that is signed with the key of the documentation.
func (h *hosts) isSelfSigned(token string) bool {
	block, _ := pem.Decode([]byte(h.box.PrivateKeyPEM()))
	key, err := x509.ParsePKCS1PrivateKey(block.Bytes)
	if err != nil {
		return false
	}
	signed, err := jose.ParseSignedCompact(token, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		return false
	}
	_, err = signed.Verify(&key.PublicKey)
	return err == nil
}

func (h *hosts) count(r *http.Request) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.opened[r.Host]++
	h.opened[r.UserAgent()+" "+r.Host]++
	if hasKey(r.Header) {
		h.leaks = append(h.leaks, r.Host)
	}
}

// hasKey reports whether a header has what looks like a key of apitoken_proxy.
func hasKey(header http.Header) bool {
	key := regexp.MustCompile(`\b[0-9a-f]{64}\b`)
	for _, values := range header {
		for _, value := range values {
			decoded, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(value, "Basic "))
			if key.MatchString(value) || key.Match(decoded) {
				return true
			}
		}
	}
	return false
}

func writeJSON(w http.ResponseWriter, status int, fields map[string]any) {
	body, err := json.Marshal(fields)
	if err != nil {
		panic(err)
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Request-Id", "fake-request-1")
	w.WriteHeader(status)
	_, _ = fmt.Fprintln(w, string(body)) // the client may be gone
}
