package acceptance

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// apiPath is the path of the API, which is a part of upstream.
const apiPath = "/v2"

// api is an API behind tokens. It refuses each request without a token that is valid at that
// moment, and tells each other request what it was.
type api struct {
	url   string // with its path
	opens func(http.Header) bool

	mu       sync.Mutex
	answered int
	refused  int
	heard    strings.Builder // each header that came, once
	known    map[string]bool
}

// startAPI starts an API that opens to some headers.
func (l *sandboxLab) startAPI(opens func(http.Header) bool) *api {
	l.T.Helper()
	a := &api{opens: opens, known: map[string]bool{}}
	web := httptest.NewServer(a)
	l.T.Cleanup(web.Close)
	a.url = web.URL + apiPath
	return a
}

func (a *api) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	opened := a.opens(r.Header) && r.URL.Path != apiPath+"/refused"
	a.note(r.Header, opened)
	switch {
	case !opened:
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = io.WriteString(w, "this token opens nothing") // the client may be gone
	case r.URL.Path == apiPath+"/leak":
		_, _ = io.WriteString(w, r.Header.Get("Authorization")) //nolint:gosec // no browser reads it
	case r.URL.Path == apiPath+"/hang":
		<-r.Context().Done()
	default:
		echo(w, r)
	}
}

func (a *api) note(header http.Header, opened bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for name, values := range header {
		if line := name + ": " + strings.Join(values, ", ") + "\n"; !a.known[line] {
			a.known[line] = true
			a.heard.WriteString(line)
		}
	}
	if opened {
		a.answered++
	} else {
		a.refused++
	}
}

// counts returns how many requests were answered and refused.
func (a *api) counts() (answered, refused int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.answered, a.refused
}

// headers returns each header that came.
func (a *api) headers() []byte {
	a.mu.Lock()
	defer a.mu.Unlock()
	return []byte(a.heard.String())
}

// echo answers a request with all that it was, except for its host and its token: what comes
// through a proxy must be what comes directly.
func echo(w http.ResponseWriter, r *http.Request) {
	body := sha256.New()
	size, err := io.Copy(body, r.Body)
	header := r.Header.Clone()
	header.Del("Authorization")
	told, _ := json.Marshal(map[string]any{ //nolint:errchkjson // all of it encodes
		"method": r.Method, "uri": r.RequestURI, "length": r.ContentLength, "coding": r.TransferEncoding, "size": size,
		"sum": fmt.Sprintf("%x", body.Sum(nil)), "complete": err == nil, "header": header, "trailer": r.Trailer,
	})
	out := w.Header()
	out["Set-Cookie"] = []string{"a=1; Path=/", "b=2; HttpOnly"}
	out.Set("Etag", `W/"1"`)
	out.Set("X-Request-Id", r.Header.Get("X-Number"))
	out.Set("Location", "../"+r.Header.Get("X-Number"))
	status, err := strconv.Atoi(r.URL.Query().Get("status"))
	if err != nil {
		status = http.StatusOK
	}
	switch {
	case status == http.StatusNoContent, status == http.StatusNotModified:
		w.WriteHeader(status)
		return
	case r.URL.Query().Has("stream"):
		out.Set("Trailer", "X-Sum")
		defer out.Set("X-Sum", "1234")
	default:
		out.Set("Content-Length", strconv.Itoa(len(told)))
	}
	w.WriteHeader(status)
	for part := range slices.Chunk(told, 64) {
		_, _ = w.Write(part) // the client may be gone
		if r.URL.Query().Has("stream") {
			_ = http.NewResponseController(w).Flush() // it can
		}
	}
}

// answerTo is a response as far as a client sees it.
type answerTo struct {
	Status          string
	Body            string
	Header, Trailer http.Header
}

// readAnswer reads a response. The time of a response may be another one.
func readAnswer(resp *http.Response) (answerTo, error) {
	body, err := io.ReadAll(resp.Body)
	if closed := resp.Body.Close(); err == nil {
		err = closed
	}
	header := maps.Clone(resp.Header)
	header.Del("Date")
	return answerTo{resp.Status, string(body), header, resp.Trailer}, err
}
