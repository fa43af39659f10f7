"""Makes several-images-*.jsonl: what Hugging Face transformers' Kosmos-2 answers to prompts with several images.

  python several-images.py CHECKPOINT IMAGES NEW_TOKENS < several-images-NAME.jsonl > again.jsonl

Made with transformers 5.18 and PyTorch 2.13, in float32. The processor takes one image per text, so the ids are made
here: <s>; for each image <image>, 64 place holders, </image>; each text encoded separately. A line has "parts", each an
"image" (a file in IMAGES) or a "text" with tags, and either nothing more, to generate, or "candidates" to score. Scores
are the logarithms of the probabilities of a candidate's tokens when it follows the prompt, read in one pass.
"""
import glob, json, os, sys, warnings
warnings.filterwarnings("ignore")
import torch
from PIL import Image, ImageOps
from safetensors import safe_open
from transformers import AutoProcessor, Kosmos2ForConditionalGeneration

checkpoint, folder, new_tokens = sys.argv[1], sys.argv[2], int(sys.argv[3])
model = Kosmos2ForConditionalGeneration.from_pretrained(checkpoint, dtype=torch.float32).eval()
# Otherwise its attention masks the latent queries causally (transformers#39037).
model.image_to_text_projection.x_attn.is_causal = False
# It zeroes the padding token's row of the embeddings, which is a row of the head, too.
name = "text_model.model.embed_tokens.weight"
for file in glob.glob(os.path.join(checkpoint, "*.safetensors")):
    with safe_open(file, "pt") as weights:
        if name in weights.keys():
            row = model.config.text_config.pad_token_id
            model.text_model.model.embed_tokens.weight.data[row] = weights.get_tensor(name)[row].float()
processor = AutoProcessor.from_pretrained(checkpoint)
tokenizer = processor.tokenizer
places = model.config.latent_query_num
start, image_tag, image_end = (tokenizer.convert_tokens_to_ids(t) for t in ("<s>", "<image>", "</image>"))


def after(anchor, text):
    return tokenizer(anchor + text, add_special_tokens=False)["input_ids"][1:]


def read(name):
    image = ImageOps.exif_transpose(Image.open(os.path.join(folder, name))).convert("RGB")
    return processor.image_processor(images=image, return_tensors="pt")["pixel_values"]


def assemble(parts):
    ids, mask, pixels = [start], [0], []
    for part in parts:
        if "image" in part:
            ids += [image_tag] + list(range(4, 4 + places)) + [image_end]
            mask += [0] + [1] * places + [0]
            pixels.append(read(part["image"]))
        else:
            text = after("<s>", part["text"]) if len(ids) == 1 else after("</image>", " " + part["text"])
            ids += text
            mask += [0] * len(text)
    return ids, mask, torch.cat(pixels) if pixels else None


def inputs(ids, mask, pixels):
    given = {"input_ids": torch.tensor([ids]), "attention_mask": torch.ones(1, len(ids), dtype=torch.long)}
    if pixels is not None:
        given["pixel_values"] = pixels
        given["image_embeds_position_mask"] = torch.tensor([mask])
    return given


def read_all(ids, mask, pixels):
    # The whole model refuses a prompt without images.
    return (model if pixels is not None else model.text_model)(**inputs(ids, mask, pixels)).logits[0]


def log_softmax(logits):
    return torch.log_softmax(logits.float(), -1)


with torch.inference_mode():
    for line in sys.stdin:
        case = json.loads(line)
        ids, mask, pixels = assemble(case["parts"])
        if len(case["parts"]) == 2 and "image" in case["parts"][0]:
            image = Image.open(os.path.join(folder, case["parts"][0]["image"])).convert("RGB")
            assert processor(text=case["parts"][1]["text"], images=image, return_tensors="pt")["input_ids"][0].tolist() == ids
        out = dict(case, prompt_ids=ids)
        if "candidates" in case:
            out["scores"] = []
            for text in case["candidates"]:
                more = after("</image>", " " + text)
                logits = read_all(ids + more, mask + [0] * len(more), pixels)
                logs = log_softmax(logits[len(ids) - 1:-1])
                out["scores"].append({"ids": more, "logs": [round(float(l[t]), 6) for l, t in zip(logs, more)]})
        else:
            made = model.generate(**inputs(ids, mask, pixels), max_new_tokens=new_tokens, do_sample=False, num_beams=1,
                                  return_dict_in_generate=True, output_logits=True, no_repeat_ngram_size=0)
            out["generated_ids"] = made.sequences[0, len(ids):].tolist()
            out["probabilities"] = [round(float(log_softmax(l[0])[t].exp()), 6)
                                    for l, t in zip(made.logits, out["generated_ids"])]
        print(json.dumps(out, ensure_ascii=False), flush=True)
