package sandbox

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"
)

const (
	emporix = "emporix"
	emtech  = "emtech"
	epgl    = "epgl"
	oauth2  = "oauth2"
)

// bearerPrefix is the prefix of RFC 6750.
const bearerPrefix = "Bearer "

const (
	typeJSON = "application/json"
	typeForm = "application/x-www-form-urlencoded"
)

// The codes that more than one service uses in its errors.
const (
	codeInvalidClient  = "invalid_client"
	codeInvalidRequest = "invalid_request"
	codeInvalidScope   = "invalid_scope"
	codeInvalidToken   = "invalid_token"
	codeBadGrantType   = "unsupported_grant_type"
)

// service is what a vendor's document says of its API.
type service struct {
	name            string
	tokenPath       string
	contentType     string // of the token request
	lifetime        time.Duration
	clients         []Client
	resourcePath    string
	resourceMethods []string
	header          string // that carries the token to the resource
	prefix          string // of the header's value, before the token

	read   func(r *http.Request, body []byte) (claim, *refusal)
	grant  func(scope string) (granted string, _ *refusal) // from the scope asked for; "" is none asked
	mint   func(m minting) (string, error)
	answer func(t issued) any
	refuse func(why refusal) answer // in the vendor's shape
}

func all() []service {
	return []service{emporixService(), emtechService(), epglService(), oauth2Service()}
}

// issued is what an answer tells of a token.
type issued struct {
	token    string
	scope    string
	lifetime time.Duration
}

func (t issued) seconds() int64 { return int64(t.lifetime / time.Second) }

// refusal is why a request gets no token. Without code and message the service
// says what it commonly says with that status.
type refusal struct {
	status  int
	code    string
	message string
}

func (r refusal) or(code, message string) refusal {
	if r.code == "" {
		r.code = code
	}
	if r.message == "" {
		r.message = message
	}
	return r
}

func (s service) notAllowed(allow ...string) answer {
	return s.refuse(refusal{status: http.StatusMethodNotAllowed}).with("Allow", strings.Join(allow, ", "))
}

func badRequest(format string, args ...any) *refusal {
	return &refusal{http.StatusBadRequest, codeInvalidRequest, fmt.Sprintf(format, args...)}
}

// answer is a whole HTTP answer. Without a type, a body is JSON.
type answer struct {
	status int
	header map[string]string
	body   []byte
}

func (a answer) write(w http.ResponseWriter) {
	h := w.Header()
	if len(a.body) > 0 {
		h.Set("Content-Type", typeJSON)
	}
	for name, value := range a.header {
		h.Set(name, value)
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body) // the client is gone: nobody is left to tell
}

func (a answer) with(name, value string) answer {
	header := map[string]string{name: value}
	for k, v := range a.header {
		if k != name {
			header[k] = v
		}
	}
	a.header = header
	return a
}

// jsonAnswer panics if v cannot be encoded, which is true of no answer of this package.
func jsonAnswer(status int, v any) answer {
	body, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return answer{status: status, body: body}
}

// Services returns the names of the services, sorted.
func Services() []string {
	var names []string
	for _, s := range all() {
		names = append(names, s.name)
	}
	return names
}

// TokenPath returns the path of the service's token endpoint.
func TokenPath(service string) string { return find(service).tokenPath }

// ResourcePath returns the path of the service's protected resource.
func ResourcePath(service string) string { return find(service).resourcePath }

func find(name string) service {
	for _, s := range all() {
		if s.name == name {
			return s
		}
	}
	panic(fmt.Sprintf("sandbox: no service %q", name))
}
