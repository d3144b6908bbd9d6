package service

import (
	"fmt"
	"net/http"
	"slices"

	provider "github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

const greatestStatus = 599 // HTTP has no class beyond 5xx (RFC 9110, section 15)

// statuses returns an attribute that is a list of HTTP statuses.
func statuses(description string) provider.Attribute {
	return provider.ListAttribute{
		Optional:            true,
		ElementType:         types.NumberType, // not Int64Type: the framework reports 200.5 as an error of the provider
		MarkdownDescription: description,
		Validators:          []validator.List{listCheck{"a list of HTTP statuses", checkStatuses}},
	}
}

func checkStatuses(req validator.ListRequest, resp *validator.ListResponse) {
	elements := req.ConfigValue.Elements()
	if len(elements) == 0 {
		resp.Diagnostics.Append(errorAt(req.Path, emptyValue, unusable+"it is empty, so no response would be a success. Leave it out for every 2xx, or write a list such as [302]."))
		return
	}
	var seen []int
	for i, element := range elements {
		if element.IsUnknown() {
			continue
		}
		status, ok := status(element)
		problem := ""
		switch {
		case !ok:
			problem = fmt.Sprintf("it is not the status of a response, a whole number from %d to %d. Write the list like [200, 302]", http.StatusOK, greatestStatus)
		case slices.Contains(seen, status):
			problem = fmt.Sprintf("%d is in the list already", status)
		}
		if problem != "" {
			resp.Diagnostics.Append(errorAt(req.Path.AtListIndex(i), "Number cannot be used", unusable+problem+"."))
			return
		}
		seen = append(seen, status)
	}
}

// status returns a number as the HTTP status of a whole response, and whether it is one. A
// status below 200 is followed by another.
func status(value any) (found int, ok bool) {
	number, _ := value.(types.Number)
	if number.IsNull() || number.IsUnknown() {
		return 0, false
	}
	whole, _ := number.ValueBigFloat().Int64()
	ok = number.ValueBigFloat().IsInt() && whole >= http.StatusOK && whole <= greatestStatus
	return int(whole), ok
}

// statuses returns the list of HTTP statuses name, which is validated; nil if it is not set.
func (v values) statuses(name string) []int {
	var found []int
	for _, element := range read[types.List](v, name).Elements() {
		if status, ok := status(element); ok {
			found = append(found, status)
		}
	}
	return found
}
