package answer

import (
	"encoding/json"
	"encoding/xml"
	"io"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

const (
	mostWords     = 6   // how many sentences and codes of an answer are shown
	deepestWords  = 6   // how deep in an answer they are searched
	mostElements  = 3   // how many elements of a list are looked at
	longestLine   = 300 // how long a plain text may be, in bytes, to be a message
	longestWord   = 40  // the same for a text of one word
	longestNumber = 10  // how long the number of an error may be, with its sign
)

// words collects the sentences and codes of an answer.
type words struct {
	isSuccess bool
	found     []string
	text      string // all of them, joined
	separator string // what comes before the next one
}

// Message returns the message for people in an answer, in any of the many forms that
// endpoints use; empty if there is none. A success can have the token anywhere, so that
// only its fields for errors are read.
func (a *Content) Message(isSuccess bool) said.Foreign {
	c := a.contents()
	w := words{isSuccess: isSuccess}
	switch {
	case c.inner != nil:
		w.value(c.inner, false, 0)
	case c.problem == nil:
		w.root(c.data)
	case !isSuccess && c.isMarkup():
		w.markup(c.text)
	case !isSuccess:
		w.line(c.text)
	}
	if w.text == "" && !isSuccess {
		w.challenge(c.header)
	}
	return w.message()
}

func (w *words) message() said.Foreign { return said.NewForeign(w.text) }

// say adds a sentence or a code, once.
func (w *words) say(text string) {
	text = strings.TrimSpace(text)
	isSaid := func(other string) bool { return strings.EqualFold(other, text) }
	if text != "" && len(w.found) < mostWords && !slices.ContainsFunc(w.found, isSaid) {
		w.found = append(w.found, text)
		if w.separator == ": " && strings.ContainsAny(w.text[len(w.text)-1:], ".!?:") { // a sentence ends by itself
			w.separator = " "
		}
		w.text += w.separator + text
		w.separator = ": "
	}
}

// line reads a plain text of one short line. A single word may be a credential, unless
// it is short and has no digit.
func (w *words) line(text string) {
	text = strings.TrimSpace(text)
	isWord := len(text) <= longestWord && !strings.ContainsAny(text, "0123456789+/=")
	isLine := len(text) <= longestLine && strings.Contains(text, " ")
	if (isWord || isLine) && !strings.ContainsAny(text, "\r\n<>{}\x00\x1f") {
		w.say(text)
	}
}

// root reads the whole answer. A bare text may be the token of a success.
func (w *words) root(value any) {
	switch value := value.(type) {
	case string:
		if !w.isSuccess {
			w.say(value)
		}
	case []any:
		if !w.isSuccess {
			w.value(value, true, 0)
		}
	default:
		w.value(value, false, 0)
		if object, ok := value.(map[string]any); ok && len(w.found) == 0 && !w.isSuccess {
			w.lists(object)
		}
	}
}

// lists reads an object that has a list of sentences for each field, like Django's. Texts
// that are not in a list may be anything.
func (w *words) lists(object map[string]any) {
	for _, value := range object {
		if _, ok := value.([]any); !ok {
			return
		}
	}
	w.fields(object)
}

// value reads a value. Within an error, more keys are read.
func (w *words) value(value any, inError bool, depth int) {
	if depth > deepestWords {
		return
	}
	switch value := value.(type) {
	case string:
		w.say(value)
	case []any:
		for i, element := range value[:min(len(value), mostElements)] {
			if i > 0 && w.text != "" {
				w.separator = "; "
			}
			w.value(element, inError, depth+1)
		}
	case map[string]any:
		w.object(value, inError || !w.isSuccess, depth)
	}
}

// object reads an object: first the place and the codes, then the sentences, then the
// objects in it.
func (w *words) object(object map[string]any, inError bool, depth int) {
	keys := byPlainName(object)
	before := len(w.found)
	if inError {
		w.place(keys)
	}
	w.codes(keys, inError)
	for _, name := range sentences(inError) {
		w.sentence(keys[name].value, inError, depth)
	}
	if text, ok := keys["data"].value.(string); ok && inError && strings.Contains(text, " ") { // of Zabbix
		w.say(text)
	}
	for _, name := range containers() {
		w.container(keys[name].value, true, depth)
	}
	w.statuses(keys["result"].value, depth)
	w.meta(keys["meta"].value, depth)
	for _, name := range envelopes() {
		if _, isText := keys[name].value.(string); !isText && !w.isSuccess {
			w.container(keys[name].value, false, depth)
		}
	}
	if len(w.found) > before {
		w.references(keys)
	}
}

// statuses reads the results of a success, each with a status of its own, like
// FortiManager's. A code other than 0 is a failure.
func (w *words) statuses(value any, depth int) {
	results, _ := value.([]any)
	for _, result := range results[:min(len(results), mostElements)] {
		object, _ := result.(map[string]any)
		status, _ := object["status"].(map[string]any)
		if code, ok := status["code"].(json.Number); ok && w.isSuccess && code != "0" {
			w.value(status, true, depth+1)
		}
	}
}

// meta reads the object of a success that is about the answer, like UniFi's. It has no
// token.
func (w *words) meta(value any, depth int) {
	if object, ok := value.(map[string]any); ok && w.isSuccess {
		w.value(object, false, depth+1)
	}
}

// place adds the name of the part of the request that is wrong (FastAPI, JSON:API and
// others).
func (w *words) place(keys map[string]entry) {
	if list, ok := keys["loc"].value.([]any); ok {
		var steps []string
		for _, step := range list {
			text, _ := Value{step}.written()
			steps = append(steps, text)
		}
		w.say(strings.Join(steps, "."))
	}
	for _, name := range []string{"field", "param", "parameter", "propertyname"} {
		w.sayText(keys[name].value)
	}
}

func (w *words) sayText(value any) {
	text, _ := value.(string)
	w.say(text)
}

func (w *words) codes(keys map[string]entry, inError bool) {
	for _, name := range codes() {
		w.sayText(keys[name].value)
		w.number(keys[name].value)
	}
	if kind := keys["type"]; strings.HasPrefix(kind.name, "__") { // of AWS
		text, _ := kind.value.(string)
		w.say(text[strings.LastIndex(text, "#")+1:])
	}
	if inError {
		w.number(keys["code"].value)
	}
	if id, _ := keys["messageid"].value.(string); inError && messageIDPattern.MatchString(id) {
		w.say(id)
	}
	for _, name := range errorCodes() {
		if text, ok := keys[name].value.(string); ok && inError && isCode(text) {
			w.say(text)
		}
	}
}

// number adds the number of an error, by which people look it up. Flags and HTTP statuses
// are left out.
func (w *words) number(value any) {
	number, _ := value.(json.Number)
	code, err := strconv.ParseInt(number.String(), 10, 64)
	isStatus := code >= http.StatusContinue && code <= 599
	if err == nil && (code < 0 || code > 1) && !isStatus && len(number) <= longestNumber {
		w.say(number.String())
	}
}

// messageIDPattern matches the name of a message of Redfish, such as Base.1.0.GeneralError.
// The messageId of other vendors is a random one.
var messageIDPattern = regexp.MustCompile(`^[A-Za-z]\w*(?:\.\w+){2,}$`)

// sapPattern matches the class and the number of a message of SAP.
var sapPattern = regexp.MustCompile(`^(?:/?[A-Z0-9_]{1,20}/){1,3}\d{3}$`)

// isCode reports whether a text is a code, and not an address, an HTTP status or a flag.
func isCode(text string) bool {
	flags := []string{"error", "fail", "failed", "failure", "false", "ko", "nok"}
	return sapPattern.MatchString(text) || !strings.ContainsAny(text, " /:#") && strings.ContainsFunc(text, unicode.IsLetter) && !slices.Contains(flags, strings.ToLower(text)) ||
		len(text) > 3 && strings.Trim(text, "0123456789") == ""
}

// sentence reads the value of a key for sentences: a text, a list of texts, or an object
// such as the value of OData, the list of FastAPI and the fields of a form.
func (w *words) sentence(value any, inError bool, depth int) {
	if object, ok := value.(map[string]any); ok && inError {
		if text, isText := object["value"].(string); isText {
			value = text
		}
	}
	if text, ok := value.(string); ok {
		w.say(text)
	} else if inError {
		w.number(value)
		w.container(value, true, depth)
	}
}

// container reads an object or a list with errors. If it finds none, it reads the errors
// by field of the request.
func (w *words) container(value any, isErrors bool, depth int) {
	object, ok := value.(map[string]any)
	if !ok {
		w.value(value, true, depth+1)
		return
	}
	before := len(w.found)
	w.value(object, true, depth+1)
	if len(w.found) == before && isErrors {
		w.fields(object)
	}
}

// fields reads an object that has a sentence, or a list of them, for each wrong field of
// the request, like those of ASP.NET, Laravel and Django.
func (w *words) fields(object map[string]any) {
	lines := make([]string, 0, len(object))
	for _, name := range slices.Sorted(maps.Keys(object)) {
		list, isList := object[name].([]any)
		if text, ok := object[name].(string); ok && strings.Contains(text, " ") {
			list, isList = []any{text}, true
		}
		words := texts(list)
		if !isList || len(words) == 0 {
			return // it is another kind of object
		}
		lines = append(lines, strings.TrimPrefix(name+" - ", " - ")+strings.Join(words, " "))
	}
	for _, text := range lines {
		w.say(text)
	}
}

// texts returns the first texts in a list.
func texts(list []any) []string {
	var found []string
	for _, element := range list[:min(len(list), mostElements)] {
		if text, ok := element.(string); ok {
			found = append(found, text)
		}
	}
	return found
}

// references adds the ids that the vendor's support asks for.
func (w *words) references(keys map[string]entry) {
	for _, name := range []string{"traceid", "correlationid", "requestid", "debugid", "errorid", "erroruri"} {
		text, _ := keys[name].value.(string)
		isSaid := func(other string) bool { return strings.Contains(other, text) }
		if text != "" && !slices.ContainsFunc(w.found, isSaid) {
			w.say(keys[name].name + " " + text)
		}
	}
}

// The challenge of a resource that requires a token (RFC 6750, section 3), and the error
// in it.
var (
	challengePattern = regexp.MustCompile(`(?i)(?:^|,)\s*(?:bearer|dpop)\s`)
	wrongPattern     = regexp.MustCompile(`(?i)[\s,](error|error_description)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",]+))`)
)

// challenge reads the error in WWW-Authenticate.
func (w *words) challenge(header Header) {
	for _, value := range header.all("WWW-Authenticate") {
		if !challengePattern.MatchString(value) {
			continue
		}
		found := map[string]string{}
		for _, match := range wrongPattern.FindAllStringSubmatch(strings.ToValidUTF8(value, "\uFFFD"), -1) {
			found[strings.ToLower(match[1])] = strings.ReplaceAll(match[2], `\"`, `"`) + match[3]
		}
		w.say(found["error"])
		w.say(found["error_description"])
	}
}

// mostMarkup is how many parts of an XML document are read.
const mostMarkup = 2_000

// isMarkup reports whether the body is XML, and not an HTML page: nothing of a page is
// shown.
func (c *contents) isMarkup() bool {
	text := strings.TrimSpace(c.text)
	return strings.HasPrefix(text, "<") && !c.isHTML() && !beginsPage(text)
}

// markup reads the elements whose names are those of an error: faultstring of SOAP 1.1,
// Text of SOAP 1.2, Code and Message of AWS and Azure, and others.
func (w *words) markup(text string) {
	names := slices.Concat(codes(), errorCodes(), sentences(true), []string{"text"})
	decoder := xml.NewDecoder(strings.NewReader(text))
	decoder.Strict = false
	decoder.CharsetReader = func(_ string, input io.Reader) (io.Reader, error) { return input, nil } // it is UTF-8 already
	var name, content string
	for range mostMarkup {
		token, err := decoder.Token()
		if err != nil {
			return
		}
		switch token := token.(type) {
		case xml.StartElement:
			name, content = plainName(token.Name.Local), ""
		case xml.CharData:
			content += string(token)
		case xml.EndElement:
			content = strings.TrimSpace(content)
			isSaid := slices.Contains(names, name) && name == plainName(token.Name.Local)
			if isSaid && (!slices.Contains(errorCodes(), name) || isCode(content)) {
				w.say(content)
			}
			name, content = "", ""
		}
	}
}
