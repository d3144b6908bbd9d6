package service

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// jsonText is a validator of JSON text. Its messages repeat no value.
type jsonText struct{}

// Description implements validator.Describer.
func (jsonText) Description(context.Context) string { return "JSON" }

// MarkdownDescription implements validator.Describer.
func (jsonText) MarkdownDescription(context.Context) string { return "JSON" }

// ValidateString implements validator.String. A value that looks like a file with
// its last line break gets a warning and no error: a query on one line in a heredoc
// has one too, and is right.
func (jsonText) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	var decoded any
	text := req.ConfigValue.ValueString()
	if json.Unmarshal([]byte(text), &decoded) != nil {
		problem := "it is not JSON; write it with jsonencode({ … })"
		if filled := bareBuiltIn(text); filled != "" {
			problem = "{" + filled + "} is not in quotes, and only JSON is accepted. In quotes it is sent as a text. For a number, use body in place of json, with " +
				`content_type = "application/json"`
		}
		if strings.HasPrefix(text, "\ufeff") {
			problem = `it begins with a byte order mark (U+FEFF), which JSON must not have. Remove it with replace(…, "\ufeff", "")`
		}
		resp.Diagnostics.AddAttributeError(req.Path, "JSON cannot be used", where(req.Path)+" cannot be used: "+problem+".")
		return
	}
	if key, err := strayIn("", decoded); err != nil {
		resp.Diagnostics.AddAttributeWarning(req.Path, strayCharacter,
			fmt.Sprintf("%s: check the value of the key %s: %s.", where(req.Path), Brief(key), err))
	}
}

// bareBuiltIn returns the name of a built-in value that makes no JSON of a text, as it
// is not in quotes; "" if there is none.
func bareBuiltIn(text string) string {
	var filled []string
	for _, name := range requestNames() {
		filled = append(filled, "{"+name+"}", "0")
	}
	if !json.Valid([]byte(strings.NewReplacer(filled...).Replace(text))) {
		return ""
	}
	for _, name := range requestNames() {
		if strings.Contains(text, "{"+name+"}") {
			return name
		}
	}
	return ""
}

// strayIn returns the key of the first value in decoded JSON with a character that
// is probably there by mistake; key is the one of decoded itself.
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
