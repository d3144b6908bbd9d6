package acceptance

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

// marked is in every made-up secret, so that the mirror knows one when it sees it.
const marked = "made-up"

// madeUp returns a secret that looks different in each encoding.
func madeUp(name string) string { return marked + "+" + name + "/of=the&test% " + rand.Text() }

// mirror is a token endpoint that lets everybody in, and remembers all that it
// is sent. The first part of the path says how it answers.
type mirror struct {
	url, tls string
	// issuer is what the server calls itself in its metadata.
	issuer string
	// quit ends the requests that are not answered.
	quit chan struct{}

	mu     sync.Mutex
	paths  map[string]int
	sent   []string          // what was secret in the requests
	cores  map[string]string // what all tokens have in them, and all of what else is answered
	issued int
	record bytes.Buffer // requests and answers as they were
}

func newMirror(l *sandboxLab) *mirror {
	l.T.Helper()
	m := &mirror{quit: make(chan struct{}), paths: map[string]int{}}
	web, secure := httptest.NewServer(m), httptest.NewUnstartedServer(m)
	secure.Config.ErrorLog = log.New(io.Discard, "", 0) // nobody trusts it
	secure.StartTLS()
	l.T.Cleanup(web.Close)
	l.T.Cleanup(secure.Close)
	l.T.Cleanup(func() { close(m.quit) })
	m.url, m.tls = web.URL, secure.URL
	return m
}

// ServeHTTP implements http.Handler.
func (m *mirror) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	dump, err := httputil.DumpRequest(r, true)
	if err != nil {
		dump = []byte(err.Error())
	}
	found := secretsOf(r)
	kind, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	m.mu.Lock()
	m.paths[r.URL.Path]++
	m.sent = append(m.sent, found...)
	m.record.Write(dump)
	m.record.WriteString(strings.Join(found, "\n") + "\n")
	m.mu.Unlock()
	switch kind {
	case "hang":
		select {
		case <-m.quit:
		case <-r.Context().Done():
		}
	case "good":
		m.answer(w, http.StatusOK, map[string]any{
			"access_token": m.issue("token"), "session": m.issue("session"), "refresh_token": m.issue("refresh"), "id_token": m.issue("id"),
			"expires_in": 3600,
		})
	case "bare":
		m.answer(w, http.StatusOK, m.issue("token"))
	case "moved":
		w.Header().Set("Location", "https://elsewhere.example.com/?"+url.Values{"all": found}.Encode())
		m.answer(w, http.StatusFound, map[string]string{"error": strings.Join(found, " and ")})
	case ".well-known", "issuer":
		m.answer(w, http.StatusOK, map[string]string{"issuer": "https://as.example.com/" + url.PathEscape(m.issuer), "token_endpoint": "x"})
	default:
		m.answer(w, http.StatusBadRequest, map[string]string{"error": "invalid_client", "error_description": encoded(kind, found)})
	}
}

// encoded is what the mirror repeats, in the form that the path names.
func encoded(kind string, found []string) string {
	repeated := slices.Clone(found)
	for i, secret := range repeated {
		switch kind {
		case "escaped":
			repeated[i] = url.QueryEscape(secret)
		case "base64":
			repeated[i] = base64.StdEncoding.EncodeToString([]byte("id:" + secret))
		}
	}
	return strings.Join(repeated, " and ")
}

// issue returns a value that nobody has got before, around the core of its name.
func (m *mirror) issue(name string) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.issued++
	return fmt.Sprintf("%d/%s+%d", m.issued, m.cores[name], m.issued)
}

// renew gives all that is issued from now on another core, and returns the cores.
func (m *mirror) renew() []clitest.Needle {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.cores = map[string]string{}
	var needles []clitest.Needle
	for _, name := range []string{"token", "session", "refresh", "id"} {
		m.cores[name] = "made/up+" + rand.Text()
		needles = append(needles, clitest.Needle{Name: "issued " + name, Value: m.cores[name]})
	}
	return needles
}

func (m *mirror) answer(w http.ResponseWriter, status int, body any) {
	text, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	m.mu.Lock()
	m.record.Write(text)
	m.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(text) // the client may be gone
}

// secretsOf returns what is secret in a request.
func secretsOf(r *http.Request) []string {
	var all []string
	for _, values := range r.Header {
		all = append(all, values...)
	}
	if _, password, ok := r.BasicAuth(); ok {
		all = append(all, password)
		if plain, err := url.QueryUnescape(password); err == nil {
			all = append(all, plain)
		}
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil
	}
	var object map[string]string
	if json.Unmarshal(body, &object) == nil {
		for _, value := range object {
			all = append(all, value)
		}
	}
	for _, text := range []string{string(body), r.URL.RawQuery} {
		if fields, err := url.ParseQuery(text); err == nil {
			for _, values := range fields {
				all = append(all, values...)
			}
		}
	}
	all = slices.DeleteFunc(all, func(value string) bool {
		isJWT := strings.HasPrefix(value, "eyJ") && strings.Count(value, ".") == 2
		return !strings.HasPrefix(value, marked) && !isJWT
	})
	slices.Sort(all)
	return slices.Compact(all)
}

// needles are all that was secret in requests, but for what is known.
func (m *mirror) needles(known []clitest.Needle) []clitest.Needle {
	m.mu.Lock()
	defer m.mu.Unlock()
	seen := map[string]bool{}
	for _, needle := range known {
		seen[needle.Value] = true
	}
	var needles []clitest.Needle
	for i, value := range m.sent {
		if !seen[value] {
			needles = append(needles, clitest.Needle{Name: fmt.Sprintf("sent %d", i), Value: value})
		}
		seen[value] = true
	}
	return needles
}

// checkFindable makes sure that each of the needles has been on its way, and
// that the search finds it as it was sent.
func (m *mirror) checkFindable(l *sandboxLab, needles []clitest.Needle) {
	l.T.Helper()
	m.mu.Lock()
	defer m.mu.Unlock()
	findings := clitest.Must(clitest.SearchBytes("requests and answers", m.record.Bytes(), needles...))(l.T)
	found := map[string]bool{}
	for _, finding := range findings {
		found[finding.Needle] = true
	}
	for _, needle := range needles {
		if !found[needle.Name] {
			l.T.Errorf("%s was neither sent nor answered", needle.Name)
		}
	}
}

// asked returns how often a path was asked for.
func (m *mirror) asked(path string) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.paths[path]
}
