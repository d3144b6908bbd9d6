package token

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"regexp"
	"strings"
)

const (
	// shortestPiece is the length from which a value within a secret counts as a
	// secret. Shorter ones are versions and flags; hiding them would make messages
	// unreadable.
	shortestPiece = 4
	// longestWhole is the length up to which a text is taken apart, as an answer
	// may be 1 MiB of anything.
	longestWhole = 10_000
	// shortestWord is shortestPiece for words, which may be ordinary ones.
	shortestWord = 8
)

// pieces returns the parts of a secret text that a server may repeat by
// themselves: the values of JSON, of a form and of XML, words such as the key
// after "Bearer", and the password of HTTP Basic.
func pieces(text string) []string {
	if len(text) > longestWhole {
		return nil
	}
	var found []string
	var data any
	if json.Unmarshal([]byte(text), &data) == nil {
		found = jsonTexts(data)
	} else {
		found = append(formValues(text), xmlTexts(text)...)
	}
	if basic, ok := strings.CutPrefix(text, "Basic "); ok {
		credentials, _ := base64.StdEncoding.DecodeString(basic)
		_, password, _ := strings.Cut(string(credentials), ":")
		found = append(found, password)
	}
	var long []string
	for _, value := range found {
		if len(value) >= shortestPiece {
			long = append(long, value)
		}
	}
	for word := range strings.FieldsSeq(text) {
		if len(word) >= shortestWord {
			long = append(long, word)
		}
	}
	return long
}

func formValues(text string) []string {
	fields, _ := url.ParseQuery(text) // those that it can read
	var found []string
	for _, values := range fields {
		found = append(found, values...)
	}
	return found
}

// xmlTexts returns the texts between tags and in attributes.
func xmlTexts(text string) []string {
	var found []string
	for _, match := range regexp.MustCompile(`[>"]([^<>"]+)[<"]`).FindAllStringSubmatch(text, -1) {
		found = append(found, match[1])
	}
	return found
}

// jsonTexts returns every string in decoded JSON, however deep.
func jsonTexts(data any) []string {
	var found []string
	switch data := data.(type) {
	case string:
		return []string{data}
	case []any:
		for _, element := range data {
			found = append(found, jsonTexts(element)...)
		}
	case map[string]any:
		for _, element := range data {
			found = append(found, jsonTexts(element)...)
		}
	}
	return found
}
