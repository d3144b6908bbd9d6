package sandbox

import (
	"encoding/json"
	"mime"
	"net/http"
	"net/url"
	"slices"
)

// claim is what a token request says, before anybody believes it.
type claim struct {
	id     string // as sent: a Form client's is still escaped
	secret string // as sent
	scope  string
}

// check checks what all services require of a token request, except its method.
func (e *endpoint) check(r *http.Request) *refusal {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != e.contentType {
		return &refusal{status: http.StatusUnsupportedMediaType}
	}
	if r.URL.RawQuery != "" {
		return badRequest("The token endpoint takes no query.")
	}
	return nil
}

// authenticate finds the client that a request claims to be from, and checks its
// secret.
func authenticate(clients []Client, k claim) (Client, *refusal) {
	malformed := false
	for _, c := range clients {
		id, err := c.decode(k.id)
		if err != nil {
			malformed = true
			continue
		}
		if id != c.ID {
			continue
		}
		secret, err := c.decode(k.secret)
		if err != nil {
			return c, badEscape()
		}
		if secret != c.Secret {
			return c, &refusal{status: http.StatusUnauthorized}
		}
		return c, nil
	}
	if malformed {
		return Client{}, badEscape()
	}
	return Client{}, &refusal{status: http.StatusUnauthorized}
}

func badEscape() *refusal {
	return badRequest("The Basic credentials are not form-encoded.")
}

func (c Client) decode(s string) (string, error) {
	if c.Encoding != Form {
		return s, nil
	}
	return url.QueryUnescape(s)
}

// readForm reads a form that has all required fields and none but those and the
// optional ones, each once and none empty.
func readForm(body []byte, required, optional []string) (map[string]string, *refusal) {
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, badRequest("The body is not a form.")
	}
	fields := make(map[string]string, len(form))
	for name, values := range form {
		if len(values) != 1 {
			return nil, badRequest("The parameter %q is repeated.", name)
		}
		fields[name] = values[0]
	}
	return fields, checkFields(fields, required, optional)
}

// readJSON reads an object that has exactly the required fields, all of them
// strings and none empty. The case of a name counts.
func readJSON(body []byte, required []string) (map[string]string, *refusal) {
	var fields map[string]string
	if err := json.Unmarshal(body, &fields); err != nil {
		return nil, badRequest("The body is not a JSON object of strings.")
	}
	return fields, checkFields(fields, required, nil)
}

func checkFields(fields map[string]string, required, optional []string) *refusal {
	for _, name := range required {
		if fields[name] == "" {
			return badRequest("Missing %s.", name)
		}
	}
	for name, value := range fields {
		if slices.Contains(required, name) {
			continue
		}
		if !slices.Contains(optional, name) {
			return badRequest("Unknown field %q.", name)
		}
		if value == "" {
			return badRequest("Empty %s.", name)
		}
	}
	return nil
}

// readClientJSON reads the request that Emtech and EPGL have in common.
func readClientJSON(_ *http.Request, body []byte) (claim, *refusal) {
	fields, why := readJSON(body, []string{"clientId", "clientSecret"})
	if why != nil {
		return claim{}, why
	}
	return claim{id: fields["clientId"], secret: fields["clientSecret"]}, nil
}

// noScope is the grant of a service that knows no scopes.
func noScope(string) (string, *refusal) { return "", nil }
