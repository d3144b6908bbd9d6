package token

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

const (
	// defaultType is the token type where the answer names none (RFC 6750).
	defaultType = "Bearer"
	// placeholder stands for the token in Exchange.Headers.
	placeholder = "{token}"
)

// answer is a token endpoint's answer, read whole.
type answer struct {
	status int
	header http.Header
	body   []byte
	sent   time.Time
	// data is the decoded JSON body; nil if the body is not JSON, as dataErr says.
	data    any
	dataErr error
	// secrets are those that no message may repeat besides the exchange's own.
	secrets []said.Secret
}

// Format writes a placeholder for every verb: an answer holds the token.
func (answer) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(said.Hidden)) }

func newAnswer(status int, header http.Header, body []byte, sent time.Time) *answer {
	// RFC 8259, section 8.1, lets readers ignore a byte order mark.
	body = bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))
	a := &answer{status: status, header: header, body: body, sent: sent}
	a.data, a.dataErr = decodeAnswer(body)
	return a
}

func (a *answer) isSuccess() bool { return a.status >= 200 && a.status <= 299 }

func (a *answer) find(p Path) any { return p.find(a.header, a.data) }

// read returns the token in the answer, or why there is none.
func (x *Exchange) read(a *answer) (*Token, error) {
	if !a.isSuccess() {
		return nil, x.refused(a)
	}
	if a.dataErr != nil && x.Response.needsJSON() {
		return nil, x.unreadable(a, a.describe())
	}
	if !x.succeeded(a) {
		return nil, x.refused(a)
	}
	accessToken, problem := x.accessToken(a)
	if problem != "" {
		return nil, x.unreadable(a, problem)
	}
	expiresAt, err := x.expiry(a, accessToken)
	if err != nil {
		return nil, x.unreadable(a, err.Error())
	}
	t := &Token{
		AccessToken: said.NewSecret(accessToken),
		Type:        defaultType,
		IssuedAt:    a.sent,
		ExpiresAt:   expiresAt,
		Headers:     make(map[string]said.Secret, len(x.Headers)),
		Fields:      x.fields(a),
		Outputs:     a.findAll(x.Response.Outputs),
	}
	if tokenType, _ := text(a.find(x.Response.TokenType)); tokenType != "" {
		t.Type = tokenType
	}
	if problem := x.checkOutputs(a); problem != "" {
		return nil, x.unreadable(a, problem)
	}
	if problem := x.setHeaders(t); problem != "" {
		return nil, x.unreadable(a, problem)
	}
	return t, nil
}

// succeeded reports whether the answer is what the exchange calls a success.
func (x *Exchange) succeeded(a *answer) bool {
	success, _ := a.find(x.Response.Success).(bool)
	return x.Response.Success == "" || success
}

// checkOutputs says which output cannot be handed on without loss.
func (x *Exchange) checkOutputs(a *answer) (problem string) {
	for name, path := range x.Response.Outputs {
		if isTooLarge(a.find(path)) {
			return "the output " + name + " is a number that does not fit into 64 bits"
		}
	}
	return ""
}

// setHeaders makes the headers that the API expects, or says why it cannot.
func (x *Exchange) setHeaders(t *Token) (problem string) {
	for name, header := range x.Headers {
		value := header.Reveal()
		if strings.Contains(value, placeholder) {
			t.HeaderName = name
		}
		filled, problem := t.fill(value, x.Response.Outputs)
		if problem != "" {
			return "the header " + name + " cannot be made: " + problem
		}
		t.Headers[name] = said.NewSecret(filled)
	}
	return ""
}

// accessToken returns the token, or says what is wrong with it without quoting it.
func (x *Exchange) accessToken(a *answer) (accessToken, problem string) {
	accessToken = x.foundToken(a)
	switch {
	case accessToken == "" && x.Response.TokenBody:
		return "", "the answer has no token: it is empty"
	case x.Response.TokenBody && a.isHTML() && strings.HasPrefix(accessToken, "<"): // some call any text HTML
		return "", "the answer is an HTML page, not a token"
	case accessToken == "":
		return "", fmt.Sprintf("the answer has no token: there is %s at %q", typeAt(a.find(x.Response.Token)), string(x.Response.Token))
	}
	if !isHeaderText(accessToken) {
		return "", "the token holds a line break or another character that no HTTP header can carry"
	}
	return accessToken, ""
}

// foundToken returns the text found where the token should be.
func (x *Exchange) foundToken(a *answer) string {
	if x.Response.TokenBody && !a.isSuccess() {
		return "" // the vendor's message
	}
	if x.Response.TokenBody {
		return strings.TrimSpace(string(a.body))
	}
	found, _ := a.find(x.Response.Token).(string)
	return found
}

// typeAt names what stands where a text should. The path may well end one step
// early.
func typeAt(found any) string {
	switch found.(type) {
	case map[string]any:
		return "an object"
	case []any:
		return "a list"
	case bool:
		return "a boolean"
	case float64, json.Number:
		return "a number"
	default:
		return "nothing"
	}
}

// isHeaderText reports whether an HTTP header can carry the text as it is (RFC
// 6749, appendix A.12). Anything else could end the header and begin another.
func isHeaderText(s string) bool {
	for _, c := range []byte(s) {
		if c < ' ' || c > '~' {
			return false
		}
	}
	return true
}

// fill puts the token and the outputs into a header's value, or says why it
// cannot without quoting them.
func (t *Token) fill(value string, outputs map[string]Path) (filled, problem string) {
	for name := range outputs {
		if _, ok := t.Outputs[name]; !ok && strings.Contains(value, "{"+name+"}") {
			return "", "the answer has no output " + name
		}
	}
	filled = replacer(t.places(), asIs).Replace(value)
	if !isHeaderText(filled) {
		return "", "an output holds a line break or another character that no HTTP header can carry"
	}
	return filled, ""
}

func (x *Exchange) fields(a *answer) map[string]said.Secret {
	fields := a.findAll(x.Response.Fields)
	for name, value := range x.Response.FieldDefaults {
		if _, ok := fields[name]; !ok {
			fields[name] = said.NewSecret(value)
		}
	}
	return fields
}

func (a *answer) findAll(paths map[string]Path) map[string]said.Secret {
	found := make(map[string]said.Secret, len(paths))
	for name, path := range paths {
		if value, ok := text(a.find(path)); ok {
			found[name] = said.NewSecret(value)
		}
	}
	return found
}

func (x *Exchange) unreadable(a *answer, problem string) error {
	e := Error{
		Kind: KindAnswer, Status: a.status, Problem: problem, VendorMessage: x.vendorMessage(a), Details: x.details(a),
		Advice: "This is not what a token endpoint answers. Check that token_url is the token endpoint itself, " +
			"and that there is no proxy or login page in front of it.",
	}
	if x.Describe {
		e.Advice = "Compare response with what came back, and check that token_url is the token endpoint itself."
	}
	return x.fail(e)
}

func (x *Exchange) refused(a *answer) error {
	e := Error{Kind: KindRefused, Status: a.status, VendorMessage: x.vendorMessage(a), Details: x.details(a), Advice: x.Advice[a.status]}
	if a.isSuccess() {
		e.Problem = fmt.Sprintf("%q is not true of its answer", string(x.Response.Success))
	}
	if code, _ := a.find("error").(string); e.Advice == "" && x.Endpoint == "" && !x.Describe {
		e.Advice = codeAdvice(code)
	}
	if e.Advice == "" && x.Endpoint == "" {
		e.Advice = generalAdvice(a.status)
	}
	e.Advice = x.aboutPage(a, e.Advice)
	if known := a.frontEnd(); known.problem != "" {
		e.Problem, e.Advice = known.problem, known.advice
		return x.fail(e)
	}
	if x.Request.Auth != nil && !x.Describe {
		e.Advice = strings.TrimSpace(e.Advice + " " + x.Request.Auth.hint(a.status))
	}
	return x.fail(e)
}

// vendorMessage returns what the answer's message fields say, fit to be shown.
func (x *Exchange) vendorMessage(a *answer) string {
	paths := messagePaths()
	if !a.isSuccess() {
		paths = append(paths, "@") // of a success, a bare JSON string may well be the token
	}
	var said []string
	if x.Response.Error != "" {
		paths = []Path{x.Response.Error}
		if code := number(a.find(x.Response.Error)); code != "" {
			said = append(said, code)
		}
	}
	for _, path := range paths {
		if message, ok := a.find(path).(string); ok && message != "" && !slices.Contains(said, message) {
			said = append(said, message)
		}
	}
	return redact(strings.Join(said, ": "), x.allSecrets(a))
}

// number returns a found number as it is written; "" if it is none.
func number(found any) string {
	switch found.(type) {
	case float64, json.Number:
		written, _ := text(found)
		return written
	default:
		return ""
	}
}

// allSecrets returns all that no message about the answer may repeat.
func (x *Exchange) allSecrets(a *answer) []said.Secret {
	return slices.Concat(x.secrets(), a.secrets, []said.Secret{said.NewSecret(x.foundToken(a))})
}

// messagePaths are the fields in which token endpoints say what is wrong:
// RFC 6749 (section 5.2), Apigee's two shapes, problem details (RFC 9457), and
// other common names.
func messagePaths() []Path {
	return []Path{
		"error", "error_description",
		"fault.faultstring",
		"ErrorCode", "Error", "ErrorMessage",
		"title", "detail",
		"error.code", "error.message", "error.reason", "errorMessage", "error_message", "message", "msg",
		"errors[0].message", "errors[0].detail", "errors[0]", "response.errors[0].message",
	}
}

func (a *answer) isHTML() bool {
	mediaType, _, _ := mime.ParseMediaType(a.header.Get("Content-Type"))
	return mediaType == "text/html"
}

// describe says what an answer that is not JSON looks like. It quotes neither
// body nor headers: the server can put anything there.
func (a *answer) describe() string {
	mediaType, _, _ := mime.ParseMediaType(a.header.Get("Content-Type"))
	var problem jsonError
	switch {
	case errors.As(a.dataErr, &problem):
		return "the answer's JSON is broken: " + problem.Error()
	case len(a.body) == 0:
		return "the answer is empty"
	case a.isHTML():
		return "the answer is an HTML page, not JSON"
	case mediaType == ContentTypeJSON:
		return "the answer's JSON is broken"
	default:
		return "the answer is not JSON"
	}
}
