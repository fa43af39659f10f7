"""Makes decoding-demo.jsonl: the reference's answers with decoding options, one JSON object a line.

  python make_decoding.py --checkpoint DIR --scenes DIR > decoding-demo.jsonl

Needs transformers 5.18 and PyTorch; the checkpoint is the demo's, the scenes are in jobs/demo-scenes. It also writes
the images, resized to the model's input, as PNG beside this file, so that no JPEG decoder matters. Each request runs
alone, in float32. A probability is the softmax of the logits of one pass over the whole answer.
"""
import argparse, json, os, warnings
warnings.filterwarnings("ignore")
import torch
from PIL import Image
from transformers import AutoProcessor, Kosmos2ForConditionalGeneration

PROMPTS = ["<grounding> An image of", "<grounding> Describe this image in detail:", "An image of"]
OPTIONS = [
    {},
    {"num_beams": 2},
    {"num_beams": 3, "length_penalty": 0.5},
    {"num_beams": 3, "length_penalty": 2.0},
    {"num_beams": 3, "length_penalty": -1.0},
    {"num_beams": 5},
    {"num_beams": 5, "length_penalty": 0.0},
    {"num_beams": 10, "max_new_tokens": 12},
    {"num_beams": 4, "no_repeat_ngram_size": 3},
    {"num_beams": 3, "repetition_penalty": 1.5},
    {"num_beams": 3, "min_new_tokens": 30},
    {"num_beams": 3, "bad_words": ["ball", "</object>"]},
    {"num_beams": 2, "stop_strings": [" and"]},
    {"num_beams": 3, "stop_strings": ["</phrase>"], "length_penalty": 2.0},
    {"repetition_penalty": 1.3},
    {"repetition_penalty": 0.7, "max_new_tokens": 20},
    {"min_new_tokens": 25},
    {"no_repeat_ngram_size": 3},
    {"no_repeat_ngram_size": 2, "min_new_tokens": 40},
    {"bad_words": ["mushroom", "and", "a ball", "penguins"]},
    {"stop_strings": ["</phrase>"]},
    {"stop_strings": ["ck", " an", "all"]},
    {"stop_strings": ["image of a"]},
    {"repetition_penalty": 1.2, "no_repeat_ngram_size": 4, "min_new_tokens": 10, "bad_words": ["snow", "is"],
     "stop_strings": ["also", "a b"]},
]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--checkpoint", required=True)
    parser.add_argument("--scenes", required=True)
    parser.add_argument("--count", type=int, default=6)
    arguments = parser.parse_args()
    here = os.path.dirname(os.path.abspath(__file__))
    model = Kosmos2ForConditionalGeneration.from_pretrained(arguments.checkpoint, dtype=torch.float32).eval()
    # transformers 5.18 masks the latent queries causally by default; the original code does not.
    model.image_to_text_projection.x_attn.is_causal = False
    processor = AutoProcessor.from_pretrained(arguments.checkpoint)
    tokenizer = processor.tokenizer

    def ids(text):
        return tokenizer(text, add_special_tokens=False).input_ids

    os.makedirs(os.path.join(here, "decoding"), exist_ok=True)
    for scene in range(arguments.count):
        name = "scene-%03d.png" % scene
        jpeg = Image.open(os.path.join(arguments.scenes, name.replace("png", "jpg"))).convert("RGB")
        image = jpeg.resize((224, 224), Image.BICUBIC)
        image.save(os.path.join(here, "decoding", name), optimize=True)
        for number, options in enumerate(OPTIONS):
            prompt = PROMPTS[(scene + number) % len(PROMPTS)]
            x = processor(text=prompt, images=image, return_tensors="pt")
            given = {"max_new_tokens": 64, "do_sample": False, "num_beams": 1, **options}
            words = given.pop("bad_words", [])
            if words:
                # A word after a tag, and after a space.
                given["bad_words_ids"] = [ids(form) for word in words for form in (word, " " + word)]
            if "stop_strings" in given:
                given["tokenizer"] = tokenizer
            with torch.inference_mode():
                out = model.generate(
                    pixel_values=x["pixel_values"], input_ids=x["input_ids"], attention_mask=x["attention_mask"],
                    image_embeds_position_mask=x["image_embeds_position_mask"], use_cache=True, **given)
                n = x["input_ids"].shape[1]
                mask = torch.zeros_like(out)
                mask[:, :n] = x["image_embeds_position_mask"]
                logits = model(
                    pixel_values=x["pixel_values"], input_ids=out, attention_mask=torch.ones_like(out),
                    image_embeds_position_mask=mask, use_cache=False).logits[0]
            generated = out[0, n:].tolist()
            probabilities = torch.softmax(logits[n - 1:-1].float(), -1)
            print(json.dumps({
                "image": name, "prompt": prompt, "options": {"max_new_tokens": 64, **options},
                "generated_ids": generated,
                "probabilities": [round(float(p[t]), 6) for p, t in zip(probabilities, generated)],
                "text": tokenizer.decode(generated)}, ensure_ascii=False), flush=True)


main()
