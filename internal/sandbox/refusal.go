package sandbox

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strings"
)

// The codes that more than one service uses in its errors.
const (
	codeInvalidClient  = "invalid_client"
	codeInvalidRequest = "invalid_request"
	codeInvalidScope   = "invalid_scope"
	codeInvalidToken   = "invalid_token"
	codeBadGrantType   = "unsupported_grant_type"
)

// refusal is why a request gets no token. Without code and message, the row has the usual
// ones of that status.
type refusal struct {
	status        int
	code, message string
}

func badRequest(format string, args ...any) *refusal {
	return &refusal{http.StatusBadRequest, codeInvalidRequest, fmt.Sprintf(format, args...)}
}

// byStatus returns the entry of a table for a status.
func byStatus[T any](table map[int]T, status int) T {
	if found, ok := table[status]; ok {
		return found
	}
	if found, ok := table[500]; ok && status >= 500 {
		return found
	}
	return table[0]
}

// refuse answers in the vendor's form or, if the documents show none, in a simple one.
func (row Row) refuse(why refusal) answer {
	reason := byStatus(row.Reasons, why.status)
	message := strings.ReplaceAll(cmp.Or(reason.Message, "STATUS"), "STATUS", http.StatusText(why.status))
	body := `{"message":"MESSAGE"}`
	if row.Refused != nil {
		body = byStatus(row.Refused, why.status)
	}
	code := cmp.Or(why.code, reason.Code)
	fill := strings.NewReplacer("CODE", inJSON(code), "MESSAGE", inJSON(cmp.Or(why.message, message)))
	a := answer{status: why.status, body: []byte(fill.Replace(body))}
	if reason.RetryAfter != "" {
		a = a.with("Retry-After", reason.RetryAfter)
	}
	switch {
	case row.Realm == "":
		return a
	case code == codeInvalidToken:
		return a.with("WWW-Authenticate", fmt.Sprintf(`Bearer realm=%q, error=%q`, row.Realm, code))
	case why.status == http.StatusUnauthorized:
		return a.with("WWW-Authenticate", fmt.Sprintf(`Basic realm=%q`, row.Realm))
	}
	return a
}

// inJSON returns a text as it is written between the quotes of a JSON string.
func inJSON(text string) string {
	quoted, err := json.Marshal(text)
	if err != nil {
		panic(err)
	}
	return string(quoted[1 : len(quoted)-1])
}

// answer is a whole HTTP answer. Without a type, a body is JSON.
type answer struct {
	status  int
	header  map[string]string
	cookies []string // the lines Set-Cookie
	body    []byte
}

func (a answer) write(w http.ResponseWriter) {
	a.head(w)
	_, _ = w.Write(a.body) // if it fails, the client has left
}

// head writes the status and the headers.
func (a answer) head(w http.ResponseWriter) {
	h := w.Header()
	if len(a.body) > 0 {
		h.Set("Content-Type", typeJSON)
	}
	for name, value := range a.header {
		h.Set(name, value)
	}
	for _, cookie := range a.cookies {
		h.Add("Set-Cookie", cookie)
	}
	w.WriteHeader(a.status)
}

func (a answer) with(name, value string) answer {
	header := map[string]string{}
	maps.Copy(header, a.header)
	header[name] = value
	a.header = header
	return a
}
