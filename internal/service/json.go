package service

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/apitoken/terraform-provider-apitoken/internal/source"
)

// jsonText returns a validator of JSON text, whose messages do not repeat the value. A
// value that ends in a line break gets a warning and not an error: it may come from a
// file by mistake, but a query on one line in a heredoc has one too.
func jsonText() validator.String {
	return stringCheck{"JSON", func(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
		var decoded any
		text := req.ConfigValue.ValueString()
		if json.Unmarshal([]byte(text), &decoded) != nil {
			resp.Diagnostics.Append(errorAt(req.Path, "JSON cannot be used", unusable+jsonProblem(text)+"."))
			return
		}
		if key, err := strayIn("", decoded); err != nil {
			resp.Diagnostics.AddAttributeWarning(req.Path, strayCharacter,
				fmt.Sprintf("%s: check the value of the key %s: %s.", where(req.Path), Brief(key), err))
		}
	}}
}

// jsonProblem says why a text is not JSON.
func jsonProblem(text string) string {
	if strings.HasPrefix(text, "\ufeff") {
		return `it begins with a byte order mark (U+FEFF), which JSON must not have. Remove it with replace(…, "\ufeff", "")`
	}
	if filled := barePlaceholder(text); filled != "" {
		return "{" + filled + "} is not in quotes, and only JSON is accepted. In quotes it is sent as a string. For a number, use body in place of json, with " +
			`content_type = "application/json"`
	}
	return "it is not JSON; write it with jsonencode({ … })"
}

// barePlaceholder returns the name of a placeholder without quotes, if the text would be
// JSON with a value in its place; "" otherwise.
func barePlaceholder(text string) string {
	filled := text
	names := source.Placeholders(text)
	for _, name := range names {
		filled = strings.ReplaceAll(filled, "{"+name.String()+"}", "0")
	}
	if len(names) == 0 || !json.Valid([]byte(filled)) {
		return ""
	}
	return names[0].String()
}

// strayIn returns the key of the first value in decoded JSON with a character that is
// probably there by mistake. key is that of decoded itself.
func strayIn(key string, decoded any) (string, error) {
	switch decoded := decoded.(type) {
	case string:
		return key, checkEntry(decoded)
	case []any:
		for _, element := range decoded {
			if at, err := strayIn(key, element); err != nil {
				return at, err
			}
		}
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(decoded)) {
			if at, err := strayIn(name, decoded[name]); err != nil {
				return at, err
			}
		}
	}
	return "", nil
}
