package diagnostic

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/source"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
)

// field is the name of a value that was sent, and what the value is if it is none: a variable
// that is not set may be null or empty.
type field struct {
	name, lack string
}

const (
	lackEmpty = "empty"
	lackNull  = "null"
)

func (f field) String() string {
	if f.lack == "" {
		return f.name
	}
	return f.name + " (" + f.lack + ")"
}

// sent lists the names of what was sent.
func (r *report) sent() string {
	if program, ok := r.x.Request.Local.(source.Program); ok {
		return "nothing, as the program " + r.own(program.Name()) + " gives the response."
	}
	request := &r.x.Request
	where, _, _ := strings.Cut(request.URL, "?") // as it is written, with each {NAME}
	parts := []string{r.show(request.Verb()) + " " + r.showURL(where)}
	for _, part := range r.sentParts() {
		var names []string
		for _, f := range part.fields {
			names = append(names, f.String())
		}
		slices.Sort(names)
		if shown := r.show(strings.Join(names, ", ")); shown != "" {
			parts = append(parts, part.what+": "+shown)
		}
	}
	if request.Verb() != http.MethodGet && len(request.Form) == 0 && request.Body.IsEmpty() {
		parts = append(parts, "no body")
	}
	return strings.Join(parts, "; ") + "."
}

// emptyAdvice is what to do about values that are missing in what was sent.
func (r *report) emptyAdvice() string {
	var names []string
	for _, part := range r.sentParts() {
		for _, f := range part.fields {
			if f.lack != "" {
				names = append(names, f.name+" is "+f.lack)
			}
		}
	}
	if len(names) == 0 {
		return ""
	}
	slices.Sort(names)
	return r.show(strings.Join(names, ", ")) + ": if that is not meant, check the variable that it comes from."
}

// sentPart is a part of a request, and the fields in it.
type sentPart struct {
	what   string
	fields []field
}

func (r *report) sentParts() []sentPart {
	request := &r.x.Request
	query, headers := fieldsOf(request.Query), fieldsOf(request.Headers)
	if u, err := url.Parse(request.URL); err == nil {
		for name := range u.Query() {
			query = append(query, field{name: name})
		}
	}
	if request.Auth != nil {
		headers = append(headers, field{name: "Authorization"})
	}
	return []sentPart{{"query", query}, {"headers", headers}, {"form fields", formFields(request.Form)}, {"JSON keys", jsonFields(request.Body)}}
}

func fieldsOf(values map[string]said.Secret) []field {
	var fields []field
	for name, value := range values {
		fields = append(fields, leaf{path: name, text: value}.field())
	}
	return fields
}

func formFields(form token.Form) []field {
	var fields []field
	for name, values := range form {
		f := field{name: name}
		if slices.ContainsFunc(values, said.Secret.IsEmpty) {
			f.lack = lackEmpty
		}
		fields = append(fields, f)
	}
	return fields
}

// jsonFields are the keys of a body, and the paths of what has no value in it.
func jsonFields(body said.Secret) []field {
	fields := map[string]field{}
	for _, key := range topKeys(body.Reveal()) {
		fields[key] = field{name: key}
	}
	for _, l := range leavesOf(body) {
		if f := l.field(); f.lack != "" {
			fields[f.name] = f
		}
	}
	return slices.Collect(maps.Values(fields))
}

// leaf is a text or a null in a request.
type leaf struct {
	path   string // such as auth.password
	text   said.Secret
	isNull bool
}

func (l leaf) field() field {
	switch {
	case l.isNull:
		return field{l.path, lackNull}
	case l.text.IsEmpty():
		return field{l.path, lackEmpty}
	}
	return field{name: l.path}
}

// leavesOf returns the leaves of a body; none if it is not a JSON object.
func leavesOf(body said.Secret) []leaf {
	var content map[string]any
	if json.Unmarshal([]byte(body.Reveal()), &content) != nil {
		return nil
	}
	return appendLeaves(nil, "", content)
}

func appendLeaves(found []leaf, path string, content any) []leaf {
	switch content := content.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(content)) {
			found = appendLeaves(found, strings.TrimPrefix(path+"."+key, "."), content[key])
		}
	case []any:
		for i, element := range content {
			found = appendLeaves(found, fmt.Sprintf("%s[%d]", path, i), element)
		}
	case string:
		found = append(found, leaf{path: path, text: said.NewSecret(content)})
	case nil:
		found = append(found, leaf{path: path, isNull: true})
	}
	return found
}
