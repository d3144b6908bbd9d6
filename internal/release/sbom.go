package release

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// bill is what is read of an SBOM in CycloneDX's JSON.
type bill struct {
	Metadata struct {
		Component  component `json:"component"`
		Properties []struct {
			Name  string `json:"name"`
			Value string `json:"value"`
		} `json:"properties"`
	} `json:"metadata"`
	Components []component `json:"components"`
}

type component struct {
	Name     string          `json:"name"`
	Version  string          `json:"version"`
	Licenses []licenceChoice `json:"licenses"`
}

type licenceChoice struct {
	License licenceID `json:"license"`
}

// licenceID names a licence. It is declared, since it is read from the module's own file.
type licenceID struct {
	ID              string `json:"id"`
	Acknowledgement string `json:"acknowledgement,omitempty"`
}

// UnlicensedError reports that the licence of a module could not be told.
type UnlicensedError struct {
	Module string
	Err    error
}

func (e *UnlicensedError) Error() string { return e.Module + ": " + e.Err.Error() }

func (e *UnlicensedError) Unwrap() error { return e.Err }

// Declare returns an SBOM to which it has added the licences of the program and of all
// its modules. The same SBOM and licences give the same bytes.
func Declare(document []byte, licences func(module, version string) ([]string, error)) ([]byte, error) {
	decoder := json.NewDecoder(bytes.NewReader(document))
	decoder.UseNumber()
	var all map[string]any
	if err := decoder.Decode(&all); err != nil {
		return nil, err
	}
	components, err := componentsOf(all)
	if err != nil {
		return nil, err
	}
	for _, one := range components {
		name, _ := one["name"].(string)
		version, _ := one["version"].(string)
		ids, licenceErr := licences(name, version)
		if licenceErr != nil {
			err = errors.Join(err, &UnlicensedError{Module: name, Err: licenceErr})
		}
		var choices []licenceChoice
		for _, id := range ids {
			choices = append(choices, licenceChoice{License: licenceID{ID: id, Acknowledgement: "declared"}})
		}
		one["licenses"] = choices
	}
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err = encoder.Encode(all)
	return out.Bytes(), err
}

// ShapeError reports that an SBOM lacks a part.
type ShapeError struct{ Part string }

func (e *ShapeError) Error() string { return fmt.Sprintf("the SBOM has no %q", e.Part) }

// componentsOf returns the program and its modules.
func componentsOf(all map[string]any) ([]map[string]any, error) {
	metadata, _ := all["metadata"].(map[string]any)
	program, ok := metadata["component"].(map[string]any)
	if !ok {
		return nil, &ShapeError{Part: "metadata.component"}
	}
	list, ok := all["components"].([]any)
	if !ok || len(list) == 0 {
		return nil, &ShapeError{Part: "components"}
	}
	components := []map[string]any{program}
	for _, one := range list {
		module, ok := one.(map[string]any)
		if !ok {
			return nil, &ShapeError{Part: "components"}
		}
		components = append(components, module)
	}
	return components, nil
}
